"""A default of a local function is computed where it is defined."""

import time

from pikku import Services, WorkflowContext, workflow


@workflow(name="delayed")
async def delayed(ctx: WorkflowContext[Services]) -> float:
    async def work(at: float = time.time()) -> float:  # want: PKU801
        return at

    return await ctx.workflow.do("work", work)
