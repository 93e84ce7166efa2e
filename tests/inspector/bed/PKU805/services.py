"""Services are the application's own; what they do cannot be known."""

from pikku import Services, WorkflowContext, workflow


@workflow(name="greeted")
async def greeted(ctx: WorkflowContext[Services]) -> str:
    return await ctx.workflow.do("greet", lambda: str(ctx.services))
