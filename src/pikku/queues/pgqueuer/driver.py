"""The way of PgQueuer's worker to the database: a connection that may break without harm."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Self, TypeVar

from pgqueuer.core.tm import TaskManager
from pgqueuer.ports.driver import Driver, NotifyCallback

from pikku.model.pauses import next_pause
from pikku.queues.pgqueuer.faults import FAULTS, is_loss
from pikku.queues.pgqueuer.line import Line

logger = logging.getLogger("pikku.queues.pgqueuer")

T = TypeVar("T")


class EnduringDriver(Driver):
    """Does again on a new connection what was lost with the old one, until `give_up`.

    So a statement may be executed twice. PgQueuer's can: what was picked and not told is picked again when its heartbeat is
    old, and all others name a job by its id.
    """

    def __init__(self, dsn: str) -> None:
        self._line = Line(dsn, self._listen)
        self._listeners: list[tuple[str, NotifyCallback]] = []
        self._given_up = False
        self._shutdown = asyncio.Event()

    async def fetch(self, query: str, *args: object) -> list[dict[str, object]]:
        return [dict(row) for row in await self._endure(lambda connection: connection.fetch(query, *args))]

    async def execute(self, query: str, *args: object) -> str:
        return str(await self._endure(lambda connection: connection.execute(query, *args)))

    async def notify(self, channel: str, payload: str) -> None:
        await self.execute("SELECT pg_notify($1, $2)", channel, payload)

    async def add_listener(self, channel: str, callback: NotifyCallback) -> None:
        self._listeners.append((channel, callback))
        await self._endure(lambda connection: connection.add_listener(channel, _relay(callback)))

    def give_up(self) -> None:
        """From now on, a lost connection is an error."""
        self._given_up = True

    async def close(self) -> None:
        await self._line.close()

    @property
    def shutdown(self) -> asyncio.Event:
        return self._shutdown

    @property
    def tm(self) -> TaskManager:
        return TaskManager()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stay connected: PgQueuer's worker still writes down what was done."""

    async def _endure(self, act: Callable[[Any], Awaitable[T]]) -> T:
        pause = 0
        while True:
            try:
                async with self._line.hold() as connection:
                    return await act(connection)
            except FAULTS as error:
                if self._given_up or not is_loss(error):
                    raise
                logger.warning("the jobs of %s wait: %s", self._line, " ".join(str(error).split()))
            pause = next_pause(pause)
            await asyncio.sleep(pause / 1_000)

    async def _listen(self, connection: Any) -> None:
        for channel, callback in self._listeners:
            await connection.add_listener(channel, _relay(callback))


def _relay(callback: NotifyCallback) -> Callable[..., None]:
    return lambda *told: callback(told[-1])
