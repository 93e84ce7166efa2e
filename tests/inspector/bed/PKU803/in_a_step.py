"""An id that a step makes."""

from uuid import uuid4

from pikku import Services, WorkflowContext, workflow


@workflow(name="ordered")
async def ordered(ctx: WorkflowContext[Services]) -> str:
    return await ctx.workflow.do("make an id", lambda: str(uuid4()))
