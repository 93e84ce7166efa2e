"""Durations that nobody can read."""

from pikku import Services, WorkflowContext, workflow

WAIT = "1 moment"


@workflow(name="waited")
async def waited(ctx: WorkflowContext[Services]) -> None:
    await ctx.workflow.sleep("a while", "5 minuts")  # want: PKU403
    await ctx.workflow.sleep("soon")  # want: PKU403
    await ctx.workflow.sleep("before", -5)  # want: PKU403
    await ctx.workflow.sleep("constant", WAIT)  # want: PKU403
    await ctx.workflow.do("pay", lambda: 1, retries=1, retry_delay="1 month")  # want: PKU403
