"""Workers in processes of their own, for as long as a trial lasts."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
BYTES_PER_KB = 1024
BYTES_PER_MB = 1024 * 1024


class WorkerProcess:
    """A worker that works."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    def megabytes(self) -> float:
        """What of it is in memory now."""
        status = Path(f"/proc/{self._process.pid}/status").read_text("ascii")
        [line] = (line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * BYTES_PER_KB / BYTES_PER_MB

    def kill(self) -> None:
        """As a crash would end it."""
        self._process.kill()


@asynccontextmanager
async def working(url: str, queue: str, **options: Any) -> AsyncIterator[WorkerProcess]:
    """A worker process that has begun, and is told to end afterwards."""
    command = [sys.executable, "-m", "benchmarks.ours.worker", url, queue, json.dumps(options)]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    try:
        if process.stdout is None or not await process.stdout.readline():
            raise RuntimeError("the worker did not begin")
        yield WorkerProcess(process)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()


@asynccontextmanager
async def all_working(url: str, queue: str, workers: int, **options: Any) -> AsyncIterator[list[WorkerProcess]]:
    """Several of them."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(working(url, queue, **options)) for _ in range(workers)]
