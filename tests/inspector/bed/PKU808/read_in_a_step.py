"""Read in a step, the value is recorded."""

from pikku import Services, WorkflowContext, workflow

PRICES: dict[str, int] = {}


def remember(name: str, price: int) -> None:
    PRICES[name] = price


@workflow(name="priced")
async def priced(ctx: WorkflowContext[Services], data: str) -> int:
    return await ctx.workflow.do("price", lambda: PRICES.get(data, 0))
