"""An async helper that waits."""

import asyncio

from pikku import Services, WorkflowContext, workflow


async def pause(seconds: float) -> None:
    await asyncio.sleep(seconds)  # want: PKU810


@workflow(name="slow")
async def slow(ctx: WorkflowContext[Services]) -> None:
    await pause(3)
    await asyncio.gather(pause(1), pause(2))
