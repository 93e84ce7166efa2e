"""Wired in another file."""

from pikku import Services, WorkflowContext, workflow_func


@workflow_func
async def two(ctx: WorkflowContext[Services]) -> None:
    await ctx.workflow.do("two", lambda: 2)
