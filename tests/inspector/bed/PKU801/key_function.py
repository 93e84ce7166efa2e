"""A lambda that is called there and then."""

import time

from pikku import Services, WorkflowContext, workflow


@workflow(name="ordered")
async def ordered(ctx: WorkflowContext[Services], data: list[float]) -> list[float]:
    return sorted(data, key=lambda each: time.time() - each)  # want: PKU801
