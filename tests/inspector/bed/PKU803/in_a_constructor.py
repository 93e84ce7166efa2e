"""A class of the project that makes ids when it is made."""

from uuid import uuid4

from pikku import Services, WorkflowContext, workflow


class Order:
    def __init__(self, what: str) -> None:
        self.what = what
        self.id = str(uuid4())  # want: PKU803


@workflow(name="ordered")
async def ordered(ctx: WorkflowContext[Services], data: str) -> str:
    order = Order(data)
    return await ctx.workflow.do("order", lambda: order.id)
