"""The worker process of `pikku dev`, one after the other."""

import asyncio
import sys
from collections.abc import Sequence

from pikku.cli.terminal import tell

DRAIN = "2s"
"""How long a step may go on when the worker is replaced; then the next worker executes it anew."""

PATIENCE_S = 10.0


class WorkerProcess:
    """At most one worker at a time. It gets no Ctrl-C of its own: whoever started it ends it."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._reporting: asyncio.Task[None] | None = None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def restart(self, options: Sequence[str]) -> None:
        """Let the one that runs end, and start the next one."""
        await self.end()
        command = [sys.executable, "-P", "-m", "pikku.cli.dev_worker", "--drain", DRAIN, *options]
        self._process = await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.PIPE, start_new_session=True
        )
        self._reporting = asyncio.create_task(_report_end(self._process))

    async def end(self) -> None:
        """Tell it to end, and wait for that; it is killed if it takes too long."""
        if self._process is None or self._reporting is None:
            return
        self._reporting.cancel()
        if self._process.returncode is None:
            self._process.terminate()
            try:
                await asyncio.wait_for(self._process.wait(), PATIENCE_S)
            except TimeoutError:
                self._process.kill()
                await self._process.wait()
        self._process = self._reporting = None


async def _report_end(process: asyncio.subprocess.Process) -> None:
    code = await process.wait()
    tell(f"pikku: the worker has ended with exit code {code}; the next one starts when the source changes")
