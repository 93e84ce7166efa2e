"""Drawn in a step, the result is recorded."""

import random

from pikku import Services, WorkflowContext, workflow


@workflow(name="lottery")
async def lottery(ctx: WorkflowContext[Services], data: list[str]) -> str:
    await ctx.workflow.do("draw a number", random.random)
    return await ctx.workflow.do("draw", lambda: random.choice(data))
