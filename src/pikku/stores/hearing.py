"""Hints from other processes, which a server passes on; where it does not, by looking again and again."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing

from pikku.model.errors import StoreUnavailableError
from pikku.model.ids import RunId
from pikku.model.pauses import next_pause
from pikku.ports.store import Hint
from pikku.stores.board import HintBoard

logger = logging.getLogger("pikku.stores")

LOOK_SECONDS = 0.25
"""Real time, whatever the store's clock says: it is about other processes."""

Hear = Callable[[Callable[[str], None]], Awaitable[None]]
"""Connects and gives what is told, texts of run ids with commas between, to a function: an empty text as soon as it hears,
for what happened before. Returns when the connection is cut, and raises `StoreUnavailableError` when there is none."""


class Hearing:
    """The hints of one store, or with nothing to `hear` by, an empty hint every `LOOK_SECONDS`.

    The first listener begins to hear for all, the last one ends it. A connection that breaks is opened again, at growing
    distances; until then, and for what was missed, there are empty hints.
    """

    def __init__(self, hear: Hear | None) -> None:
        self._hear = hear
        self._board = HintBoard()
        self._listeners = 0
        self._task: asyncio.Task[None] | None = None

    async def listen(self) -> AsyncIterator[Hint]:
        """The hints from now on."""
        self._listeners += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look() if self._hear is None else self._hear_on(self._hear))
        try:
            async with aclosing(self._board.subscribe()) as hints:
                async for hint in hints:
                    yield hint
        finally:
            self._listeners -= 1
            if not self._listeners:
                await self.stop()

    async def stop(self) -> None:
        """Let go of the connection. Safe when nobody listens, and twice."""
        task, self._task = self._task, None
        if task is not None and not task.get_loop().is_closed():
            task.cancel()
            await asyncio.wait([task])

    async def _look(self) -> None:
        while True:
            self._board.publish(())
            await asyncio.sleep(LOOK_SECONDS)

    async def _hear_on(self, hear: Hear) -> None:
        pause = 0
        while True:
            try:
                await hear(self._publish)
                pause = 0
            except StoreUnavailableError as error:
                logger.warning("cannot listen for hints, looking instead: %s", error)
            pause = next_pause(pause)
            await self._look_for(pause / 1_000)

    async def _look_for(self, seconds: float) -> None:
        until = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < until:
            self._board.publish(())
            await asyncio.sleep(LOOK_SECONDS)

    def _publish(self, told: str) -> None:
        self._board.publish(RunId(each) for each in told.split(",") if each)
