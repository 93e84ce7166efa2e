"""Catching everything."""

from pikku import Services, WorkflowContext, workflow


@workflow(name="stubborn")
async def stubborn(ctx: WorkflowContext[Services]) -> None:
    try:
        await ctx.workflow.do("one", lambda: 1)
    except:  # want: PKU814
        ctx.logger.warning("failed")
    try:
        await ctx.workflow.do("two", lambda: 2)
    except BaseException as error:  # want: PKU814
        ctx.logger.warning("%s", error)
