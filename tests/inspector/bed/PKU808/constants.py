"""Tables that nobody changes."""

from pikku import Services, WorkflowContext, workflow

RATES = {"EU": 0.2, "US": 0.08}
REGIONS = ["EU", "US"]
LIMIT = 5
RATES["UK"] = 0.2


@workflow(name="taxed")
async def taxed(ctx: WorkflowContext[Services], data: str) -> float:
    await ctx.workflow.do("check", lambda: data in REGIONS, retries=LIMIT)
    return RATES[data]
