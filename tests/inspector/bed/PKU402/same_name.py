"""Two functions of one name, in two applications: what is called by reference is known."""

from pikku import Context, Services, WorkflowContext, func, workflow


def make_first() -> None:
    @func(name="charge")
    async def charge(ctx: Context[Services], data: int) -> int:
        return data


@func(name="charge")  # pikku: ignore[PKU301]
async def charge_card(ctx: Context[Services], data: str) -> str:
    return data


@workflow(name="paid")
async def paid(ctx: WorkflowContext[Services]) -> None:
    await ctx.workflow.do("charge", charge_card, "card")
