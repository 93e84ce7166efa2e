# pikku: ignore-file[PKU801]
"""Ignored in the whole file, but only what is named."""

import time
import uuid

from pikku import Services, WorkflowContext, workflow


@workflow(name="timed")
async def timed(ctx: WorkflowContext[Services]) -> str:
    started = time.time()
    return f"{uuid.uuid4()} {started} {time.monotonic()}"  # want: PKU803
