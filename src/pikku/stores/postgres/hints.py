"""Hints from all processes by LISTEN, on one connection of their own; where that cannot be, by looking again and again."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from typing import Any, cast

from pikku.model.errors import StoreUnavailableError
from pikku.model.ids import RunId
from pikku.ports.store import Hint
from pikku.stores.board import HintBoard
from pikku.stores.postgres.address import without_password
from pikku.stores.postgres.connections import connect
from pikku.stores.postgres.faults import told_of

logger = logging.getLogger("pikku.stores.postgres")

LOOK_SECONDS = 0.25
"""Real time, whatever the store's clock says: it is about other processes."""

LONGEST_PAUSE = 5.0


class ChannelHints:
    """Hints of one channel, or with no `dsn` to listen at, an empty hint every `LOOK_SECONDS`.

    The first listener begins to listen for all, the last one ends it. A connection that breaks is opened again, at growing
    distances; until then, and for what was missed, there are empty hints.
    """

    def __init__(self, dsn: str | None, channel: str) -> None:
        self._dsn = dsn
        self._channel = channel
        self._board = HintBoard()
        self._listeners = 0
        self._task: asyncio.Task[None] | None = None

    async def listen(self) -> AsyncIterator[Hint]:
        """The hints from now on."""
        self._listeners += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._look() if self._dsn is None else self._hear(self._dsn))
        try:
            async with aclosing(cast("AsyncGenerator[Hint, None]", self._board.subscribe())) as hints:
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

    async def _hear(self, dsn: str) -> None:
        pause = 0.0
        while True:
            try:
                with told_of(without_password(dsn)):
                    await self._hear_until_cut(dsn)
                pause = 0.0
            except StoreUnavailableError as error:
                logger.warning("cannot listen for hints, looking instead: %s", error)
            pause = min(pause * 2 or LOOK_SECONDS, LONGEST_PAUSE)
            await self._look_for(pause)

    async def _look_for(self, seconds: float) -> None:
        until = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < until:
            self._board.publish(())
            await asyncio.sleep(LOOK_SECONDS)

    async def _hear_until_cut(self, dsn: str) -> None:
        # Without a cache of statements: this connection prepares none.
        connection = await connect(dsn, statement_cache_size=0)
        cut = asyncio.Event()
        try:
            connection.add_termination_listener(lambda _: cut.set())
            await connection.add_listener(self._channel, self._take)
            self._board.publish(())  # what happened before we could hear
            await cut.wait()
        finally:
            connection.terminate()

    def _take(self, _connection: Any, _process: int, _channel: str, told: str) -> None:
        self._board.publish(RunId(each) for each in told.split(",") if each)
