"""Marked, and never wired."""

from pikku import Services, WorkflowContext, workflow_func


@workflow_func
async def onboarding(ctx: WorkflowContext[Services]) -> None:  # want: PKU302
    await ctx.workflow.do("one", lambda: 1)
