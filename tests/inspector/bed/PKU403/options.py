"""Options that there are not, and numbers that make no sense."""

from pikku import Services, WorkflowContext, workflow


@workflow(name="paid")
async def paid(ctx: WorkflowContext[Services]) -> None:
    await ctx.workflow.do("one", lambda: 1, retry=3)  # want: PKU403
    await ctx.workflow.do("two", lambda: 1, retries=-1)  # want: PKU403
    await ctx.workflow.do("three", lambda: 1, retries=2.5)  # want: PKU403
    await ctx.workflow.do("four", lambda: 1, retries=1, backoff=0.5)  # want: PKU403
    await ctx.workflow.do("five", lambda: 1, retries=1, jitter=2)  # want: PKU403
