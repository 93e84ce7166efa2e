"""Worker processes under a killer: some are always there, whoever is killed is replaced at once."""

import asyncio
import random
import signal
import sys
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parents[2]


class Crew:
    """So many workers on one store, in a `with` block that leaves none behind. Who is killed is up to `chance`.

    With the first, lone steps stay with their bodies, with the next they go through the queue, and so on by `lone_steps`.
    """

    def __init__(
        self,
        url: str,
        notes: Path,
        chance: random.Random,
        *,
        size: int = 3,
        queue: str = "store",
        lone_steps: Sequence[str] = ("stays", "queued"),
    ) -> None:
        self.kills = self.freezes = 0
        self._command = (sys.executable, "-m", "tests.chaos.worker", url, str(notes), queue)
        self._lone_steps = cycle(lone_steps)
        self._chance = chance
        self._size = size
        self._workers: list[asyncio.subprocess.Process] = []

    async def __aenter__(self) -> Self:
        self._workers = [await self._hire() for _ in range(self._size)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._end(signal.SIGKILL)

    async def kill_one(self) -> None:
        """`kill -9` one of them, and let another take its place."""
        place = self._chance.randrange(len(self._workers))
        victim = self._workers[place]
        if victim.returncode is None:
            victim.kill()
        await victim.wait()
        self._workers[place] = await self._hire()
        self.kills += 1

    async def freeze_one(self, seconds: float) -> None:
        """Stop one of them for so long, as a machine does that sleeps or has too much to do: it may not know that it has."""
        victim = self._chance.choice(self._workers)
        if victim.returncode is None:
            victim.send_signal(signal.SIGSTOP)
        try:
            await asyncio.sleep(seconds)
        finally:
            if victim.returncode is None:
                victim.send_signal(signal.SIGCONT)
                self.freezes += 1

    async def dismiss(self) -> list[int]:
        """Tell all of them to end once they have begun, and wait until they have; their exit codes."""
        await self.begun()
        return await self._end(signal.SIGTERM)

    async def begun(self) -> None:
        """Return when all of them work. Who came while the server was away has ended, and another takes its place."""
        for place in range(len(self._workers)):
            while not await self._has_begun(self._workers[place]):
                self._workers[place] = await self._hire()

    async def _has_begun(self, worker: asyncio.subprocess.Process) -> bool:
        assert worker.stdout is not None
        return bool(await worker.stdout.readline())

    async def _end(self, how: signal.Signals) -> list[int]:
        workers, self._workers = self._workers, []
        for worker in workers:
            if worker.returncode is None:
                worker.send_signal(how)
        return [await worker.wait() for worker in workers]

    async def _hire(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            *self._command, next(self._lone_steps), cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
