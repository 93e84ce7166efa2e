"""Asking again and again is the same step each time."""

from pikku import Services, WorkflowContext, workflow


@workflow(name="polled")
async def polled(ctx: WorkflowContext[Services]) -> None:
    while not await ctx.workflow.do("ready?", lambda: True):
        await ctx.workflow.sleep("Wait", "1min")
        await ctx.workflow.do("knock", lambda: 1)
