"""A marked function that the body calls itself is part of the body."""

import time

from pikku import Context, Services, WorkflowContext, func, workflow


@func
def stamp(ctx: Context[Services]) -> float:
    return time.time()  # want: PKU801


@workflow(name="stamped")
async def stamped(ctx: WorkflowContext[Services]) -> float:
    return stamp(ctx)
