"""Ignored for the whole file, but not at its top, and a comment that names nothing."""

import time

from pikku import Services, WorkflowContext, workflow

# pikku: ignore-file[PKU801]  # want: PKU002


@workflow(name="timed")
async def timed(ctx: WorkflowContext[Services]) -> float:
    await ctx.workflow.do("one", lambda: 1)  # pikku: ignore  # want: PKU002
    return time.time()  # want: PKU801
