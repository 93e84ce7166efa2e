"""Read while the module is imported, into a constant that nobody changes."""

import os

from pikku import Services, WorkflowContext, workflow

REGION = os.environ.get("REGION", "EU")


@workflow(name="taxed")
async def taxed(ctx: WorkflowContext[Services]) -> str:
    return await ctx.workflow.do("tax", lambda: REGION)
