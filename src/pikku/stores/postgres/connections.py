"""The connections of one event loop, as many as are needed at once and no more than allowed."""

import asyncio
from collections import deque
from contextlib import suppress
from types import TracebackType
from typing import Any

import asyncpg

from pikku.model.address import without_address
from pikku.stores.postgres.address import Address
from pikku.stores.postgres.faults import FAULTS, as_unavailable, forget_rows

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
    except asyncpg.UndefinedObjectError as error:  # the driver takes an option that it does not know for the server's
        advice = "what else PostgresStore takes is given in code: PostgresStore(…, pool_size=8)"
        raise OSError(f"the address cannot be used: {error}; {advice}") from None
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

    def __init__(self, address: Address, *, size: int, statement_cache_size: int) -> None:
        self.address = address
        self._statement_cache_size = statement_cache_size
        self._free = asyncio.Semaphore(size)
        self._idle: deque[Any] = deque()
        self._closed = False

    def lend(self) -> "Loan":
        """A connection for as long as an `async with` block lasts."""
        return Loan(self)

    async def take(self) -> Any:
        """A connection, to be taken back. Raises what the driver raises."""
        await self._free.acquire()
        try:
            return self._newest_idle() or await connect(
                self.address.dsn, statement_cache_size=self._statement_cache_size
            )
        except BaseException:
            self._free.release()
            raise

    async def take_back(self, connection: Any) -> None:
        """Keep the connection for the next one, if it is good for anything."""
        try:
            if connection.is_closed():
                return
            if self._closed:
                await _end(connection)
            elif connection.is_in_transaction():
                connection.terminate()  # it was left in the middle
            else:
                self._idle.append(connection)
        finally:
            self._free.release()

    async def close(self) -> None:
        """Close those that are idle now, and the others when they come back."""
        self._closed = True
        while self._idle:
            await _end(self._idle.pop())

    def _newest_idle(self) -> Any:
        # The one that was used last: it has its statements prepared.
        while self._idle:
            connection = self._idle.pop()
            if not connection.is_closed():
                return connection
        return None


class Loan:
    """A connection for as long as the block lasts; what goes wrong in it is told as `told_of` tells it.

    A class and no generator, nor one around the other: every write goes through it, and they cost as much as a statement does.
    """

    __slots__ = ("_connection", "_pool")

    def __init__(self, pool: Connections) -> None:
        self._pool = pool

    async def __aenter__(self) -> Any:
        try:
            self._connection = await self._pool.take()
        except FAULTS as error:
            self._tell(error)
            raise
        return self._connection

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.take_back(self._connection)
        if error is not None:
            self._tell(error)

    def _tell(self, error: BaseException) -> None:
        forget_rows(error)
        if told := as_unavailable(self._pool.address, error):
            raise told from error


async def _end(connection: Any) -> None:
    with suppress(*FAULTS):
        await connection.close(timeout=CONNECT_SECONDS)
