"""Local variables may change."""

from pikku import Services, WorkflowContext, workflow

TOTALS = {"EU": 1}


@workflow(name="summed")
async def summed(ctx: WorkflowContext[Services], data: list[int]) -> int:
    totals: dict[str, int] = {}
    for each in data:
        totals["sum"] = totals.get("sum", 0) + each
    return await ctx.workflow.do("total", lambda: totals["sum"] + TOTALS["EU"])
