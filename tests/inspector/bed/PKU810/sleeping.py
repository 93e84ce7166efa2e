"""Waiting by itself."""

import asyncio
import time
from asyncio import sleep

from pikku import Services, WorkflowContext, workflow


@workflow(name="slow")
async def slow(ctx: WorkflowContext[Services]) -> None:
    await asyncio.sleep(5)  # want: PKU810
    time.sleep(1)  # want: PKU810
    await sleep(60)  # want: PKU810
