"""A function and a workflow may share a name."""

from pikku import Context, Services, WorkflowContext, func, workflow


@func
def onboarding(ctx: Context[Services]) -> None:
    ctx.logger.info("a")


@workflow(name="onboarding")
async def onboard(ctx: WorkflowContext[Services]) -> None:
    await ctx.workflow.do("one", lambda: 1)
