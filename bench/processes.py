"""A worker in a process of its own, for as long as a trial lasts."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
BYTES_PER_KB = 1024


class WorkerProcess:
    """A worker that works."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    def memory(self) -> int:
        """The bytes of it that are in memory now."""
        status = Path(f"/proc/{self._process.pid}/status").read_text("ascii")
        [line] = (line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * BYTES_PER_KB


@asynccontextmanager
async def working(url: str, queue: str, *options: str) -> AsyncIterator[WorkerProcess]:
    """A worker process that has begun, and is told to end afterwards."""
    command = [sys.executable, "-m", "bench.worker", url, queue, *options]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdout=asyncio.subprocess.PIPE)
    try:
        if process.stdout is None or not await process.stdout.readline():
            raise RuntimeError("the worker did not begin")
        yield WorkerProcess(process)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()
