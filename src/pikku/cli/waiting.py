"""Stays with runs until they have ended, or hands them back when the command is interrupted."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from pikku.cli.interruption import HandedBack
from pikku.cli.progress import Line, progress
from pikku.cli.times import distance, now_ms
from pikku.model.run import ExecutionMode, Run
from pikku.runtime.client import Client
from pikku.runtime.handle import RunHandle
from pikku.stores.memory import MemoryStore


async def until_ended(
    client: Client[Any],
    handles: Sequence[RunHandle[Any]],
    line: Line | None,
    on_end: Callable[[Run], None] = lambda run: None,
) -> list[Run]:
    """The runs, ended, in the order of their handles; meanwhile the line is shown, and `on_end` told of each.

    When it is cancelled, attempts under way are let end; raises `HandedBack` unless all runs have ended by that.
    """

    async def end_of(handle: RunHandle[Any]) -> Run:
        run = await handle.ended()
        on_end(run)
        return run

    try:
        async with progress(line):
            return await asyncio.gather(*(end_of(handle) for handle in handles))
    except asyncio.CancelledError:
        await client.drain()
        read = [await client.workflow_service.get_run(handle.run_id) for handle in handles]
        runs = [run for run in read if run is not None]
        left = [run for run in runs if not run.status.ended]
        if left:
            raise HandedBack(_advice(client, left)) from None
        return runs


def _advice(client: Client[Any], left: Sequence[Run]) -> str:
    if isinstance(client.workflow_service.store, MemoryStore):
        return f"{_runs(left)} ended with this process, because the store is its memory"
    inline = [run for run in left if run.mode is ExecutionMode.INLINE]
    if not inline:
        return f"workers go on with {_runs(left)}"
    due = min((run.due_ms for run in inline if run.due_ms is not None), default=0) - now_ms()
    return f"`pikku recover` goes on with {_runs(inline)}" + (f", due in {distance(due)}" if due >= 1_000 else "")


def _runs(runs: Sequence[Run]) -> str:
    return f"run {runs[0].run_id}" if len(runs) == 1 else f"{len(runs)} runs"
