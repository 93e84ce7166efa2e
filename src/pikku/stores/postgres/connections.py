"""The connections of one event loop, as many as are needed at once and no more than allowed."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg

from pikku.model.address import without_address
from pikku.stores.postgres.faults import FAULTS

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 60.0
"""How long one statement may take before its connection is given up."""


async def connect(dsn: str, *, statement_cache_size: int) -> Any:
    """A connection of our own. Raises what the driver raises."""
    try:
        connection = await asyncpg.connect(
            dsn, timeout=CONNECT_SECONDS, command_timeout=ANSWER_SECONDS, statement_cache_size=statement_cache_size
        )
    except (asyncpg.ClientConfigurationError, ValueError, OverflowError) as error:
        raise OSError(f"the address cannot be used: {without_address(str(error), dsn)}") from None
    if statement_cache_size:
        await _keep_plans_by_index(connection)
    return connection


async def _keep_plans_by_index(connection: Any) -> None:
    # It keeps its plans: one that was made while a table was small must not read all of it when it has grown. Behind a pooler,
    # where settings would be left to others, nothing is called but functions that have this one themselves.
    try:
        await connection.execute("SET enable_seqscan = off")
    except BaseException:
        connection.terminate()
        raise


class Connections:
    """Lends connections; each is opened when it is needed first, and thrown away when it broke.

    Not the driver's pool: that one resets a connection after each use, a second round trip, and we leave nothing to reset.
    """

    def __init__(self, dsn: str, *, size: int, statement_cache_size: int) -> None:
        self._dsn = dsn
        self._statement_cache_size = statement_cache_size
        self._free = asyncio.Semaphore(size)
        self._idle: deque[Any] = deque()
        self._closed = False

    @asynccontextmanager
    async def lend(self) -> AsyncIterator[Any]:
        """A connection for as long as the block lasts."""
        async with self._free:
            connection = self._take() or await connect(self._dsn, statement_cache_size=self._statement_cache_size)
            try:
                yield connection
            finally:
                await self._take_back(connection)

    async def close(self) -> None:
        """Close those that are idle now, and the others when they come back."""
        self._closed = True
        while self._idle:
            await _end(self._idle.pop())

    def _take(self) -> Any:
        # The one that was used last: it has its statements prepared.
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return None

    async def _take_back(self, connection: Any) -> None:
        if connection.is_closed():
            return
        if self._closed:
            await _end(connection)
        elif connection.is_in_transaction():
            connection.terminate()  # it was left in the middle
        else:
            self._idle.append(connection)


async def _end(connection: Any) -> None:
    with suppress(*FAULTS):
        await connection.close(timeout=CONNECT_SECONDS)
