"""Comments that ignore nothing."""

import time

from pikku import Services, WorkflowContext, workflow


@workflow(name="timed")
async def timed(ctx: WorkflowContext[Services]) -> float:
    start = time.time()  # pikku: ignore[PKU801]
    await ctx.workflow.do("one", lambda: 1)  # pikku: ignore[PKU801]  # want: PKU002
    return time.time() - start  # pikku: ignore[PKU801, PKU802]  # want: PKU002
