"""A cache of the module, filled while the process lives."""

from pikku import Context, Services, WorkflowContext, func, workflow

PRICES: dict[str, int] = {}


@func
def remember(ctx: Context[Services], data: str) -> None:
    PRICES[data] = 1


@workflow(name="priced")
async def priced(ctx: WorkflowContext[Services], data: str) -> int:
    await ctx.workflow.do("remember", remember, data)
    return PRICES.get(data, 0)  # want: PKU808
