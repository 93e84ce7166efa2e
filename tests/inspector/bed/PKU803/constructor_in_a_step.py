"""The same class, made in a step."""

from uuid import uuid4

from pikku import Services, WorkflowContext, workflow


class Order:
    def __init__(self, what: str) -> None:
        self.what = what
        self.id = str(uuid4())


@workflow(name="ordered")
async def ordered(ctx: WorkflowContext[Services], data: str) -> str:
    return await ctx.workflow.do("order", lambda: Order(data).id)
