"""Durations in all their forms."""

from datetime import timedelta

from pikku import Services, WorkflowContext, workflow


@workflow(name="waited")
async def waited(ctx: WorkflowContext[Services], data: str) -> None:
    await ctx.workflow.sleep("5min")
    await ctx.workflow.sleep("a while", "2h 30m")
    await ctx.workflow.sleep("a moment", 250)
    await ctx.workflow.sleep("a day", timedelta(days=1))
    await ctx.workflow.sleep("as told", data)
    await ctx.workflow.sleep("as told", f"{data}h")
    await ctx.workflow.do("pay", lambda: 1, retries=2, retry_delay="1.5s", max_retry_delay=None, timeout="1d")
