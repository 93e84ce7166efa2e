"""Folders with source in them, as users write it."""

SHOP = '''"""A shop."""

from dataclasses import dataclass

from pikku import Context, Pikku, Services, WorkflowContext, func, workflow


@dataclass(frozen=True)
class Order:
    id: str
    total: float


@func(name="stock.reserve")
async def reserve(ctx: Context[Services], data: Order) -> str:
    """Keep what was ordered for a while."""
    return f"held-{data.id}"


@workflow(name="order", description="From order to parcel", tags=["shop"])
async def order(ctx: WorkflowContext[Services], data: Order) -> str:
    held = await ctx.workflow.do("reserve", reserve, data, retries=3)
    if data.total > 100:
        await ctx.workflow.sleep("time to think", "1s")
    return await ctx.workflow.do("pack", lambda: f"packed {held}")


app = Pikku(include=["shop"])
'''

CLOCK = SHOP.replace("    held = await", "    began = datetime.now()\n    print(began)\n    held = await").replace(
    "from dataclasses", "from datetime import datetime\nfrom dataclasses"
)
"""With one error: the clock in a body."""

SYNTAX_ERROR = SHOP.replace("if data.total > 100:", "if data.total >")
