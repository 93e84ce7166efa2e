"""A worker is killed while it executes; another one is there."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any

from benchmarks.ours.application import app, orphan, service_at
from benchmarks.ours.crowd import PATIENCE, start_all
from benchmarks.ours.processes import working
from pikku.model.step import StepStatus

LOOK_EVERY = 0.02


async def recovery(url: str, queue: str, runs: int, lease_ms: int) -> dict[str, float]:
    """Seconds from the kill until all the runs that the dead worker had are done, and by the lease."""
    async with (
        app.connect(service_at(url, queue, lease=lease_ms)) as pikku,
        working(url, queue, lease=lease_ms) as first,
    ):
        handles = await start_all(pikku, orphan, runs)
        await _all_executing(pikku, handles)
        async with working(url, queue, lease=lease_ms):
            first.kill()
            began = time.perf_counter()
            await asyncio.gather(*(handle.result(PATIENCE) for handle in handles))
            took = time.perf_counter() - began
    return {"seconds": took, "leases": took * 1_000 / lease_ms}


async def _all_executing(pikku: Any, handles: Sequence[Any]) -> None:
    for handle in handles:
        while not await _is_executing(pikku, handle.run_id):
            await asyncio.sleep(LOOK_EVERY)


async def _is_executing(pikku: Any, run_id: str) -> bool:
    history = await pikku.workflow_service.get_run_history(run_id)
    return any(attempt.status is StepStatus.RUNNING for attempt in history)
