"""Marked, and never wired."""

from pikku import Services, WorkflowContext, workflow_func


@workflow_func  # want: PKU302
async def onboarding(ctx: WorkflowContext[Services]) -> None:
    await ctx.workflow.do("one", lambda: 1)
