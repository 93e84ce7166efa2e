"""The time of the event loop is a clock, too."""

import asyncio

from pikku import Services, WorkflowContext, workflow


@workflow(name="looped")
async def looped(ctx: WorkflowContext[Services]) -> float:
    loop = asyncio.get_running_loop()
    return loop.time()  # want: PKU801
