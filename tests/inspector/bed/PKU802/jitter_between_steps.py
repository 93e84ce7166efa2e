"""A wait of a random length."""

import random

from pikku import Services, WorkflowContext, workflow


@workflow(name="polite")
async def polite(ctx: WorkflowContext[Services]) -> None:
    await ctx.workflow.sleep("a moment", random.randint(1, 10) * 1000)  # want: PKU802
