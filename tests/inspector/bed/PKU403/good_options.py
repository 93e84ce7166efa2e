"""Options that make sense, or cannot be known."""

from pikku import Services, WorkflowContext, workflow

MANY = 5


@workflow(name="paid")
async def paid(ctx: WorkflowContext[Services], data: dict[str, int]) -> None:
    await ctx.workflow.do("one", lambda: 1, retries=3, backoff=2, jitter=0.5, description="Pay")
    await ctx.workflow.do("two", lambda: 1, retries=MANY)
    await ctx.workflow.do("three", lambda: 1, retries=data["retries"])
    await ctx.workflow.do("four", lambda: 1, **{"retries": 3})
