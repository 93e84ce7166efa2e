"""One connection, for one after the other, that is opened anew when it broke."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg

from pikku.model.address import without_address
from pikku.queues.pgqueuer.faults import FAULTS, shown

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 60.0
"""How long one statement may take before it is given up."""


async def connect(dsn: str) -> Any:
    """A connection of our own. Raises what the driver raises."""
    try:
        return await asyncpg.connect(dsn, timeout=CONNECT_SECONDS, command_timeout=ANSWER_SECONDS)
    except (asyncpg.ClientConfigurationError, ValueError) as error:
        raise OSError(f"the address cannot be used: {without_address(str(error), dsn)}") from None


class Line:
    """Opened when it is needed first. `greet` is called with every new connection."""

    def __init__(self, dsn: str, greet: Callable[[Any], Awaitable[None]] | None = None) -> None:
        self._dsn = dsn
        self._greet = greet
        self._turn = asyncio.Lock()
        self._connection: Any = None

    def __str__(self) -> str:
        return shown(self._dsn)

    @asynccontextmanager
    async def hold(self) -> AsyncIterator[Any]:
        """The connection, for nobody else while the block lasts. Raises what the driver raises."""
        async with self._turn:
            if self._connection is None or self._connection.is_closed():
                await self._dial()
            yield self._connection

    async def close(self) -> None:
        """Hang up. Safe at any time, also twice."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(*FAULTS):
                await connection.close(timeout=CONNECT_SECONDS)

    async def _dial(self) -> None:
        connection = await connect(self._dsn)
        try:
            if self._greet is not None:
                await self._greet(connection)
        except BaseException:
            connection.terminate()
            raise
        self._connection = connection
