"""Chance in a comprehension."""

import random

from pikku import Services, WorkflowContext, workflow


@workflow(name="dice")
async def dice(ctx: WorkflowContext[Services]) -> int:
    throws = [random.randint(1, 6) for _ in range(3)]  # want: PKU802
    return await ctx.workflow.do("sum", lambda: sum(throws))
