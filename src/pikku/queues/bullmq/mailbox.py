"""Takes the messages of some queues as they come, on a connection of its own."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Collection
from typing import Any

from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from pikku.ports.store import Hint
from pikku.queues.bullmq.address import Address
from pikku.queues.bullmq.faults import told_of
from pikku.queues.bullmq.names import keys_of
from pikku.queues.bullmq.scripts import Scripts
from pikku.queues.slip import hint_of
from pikku.queues.unbroken import unbroken

logger = logging.getLogger("pikku.queues.bullmq")

MOST = 200
"""How many messages are taken at once. Not all there are: other processes want work too."""

LOOK_SECONDS = 10.0
"""How often to look without having been told; it also finds out that a connection is dead."""

ANSWER_SECONDS = LOOK_SECONDS + 10.0


class Mailbox:
    """The messages of these queues."""

    def __init__(self, address: Address, prefix: str, queues: Collection[str]) -> None:
        self._address = address
        self._by_marker = {keys.marker: keys for keys in (keys_of(prefix, queue) for queue in queues)}

    def hints(self) -> AsyncGenerator[Hint]:
        """Which runs to look at, for as long as it is iterated. Each time it is connected, an empty hint comes first."""
        return unbroken(self._until_cut, lambda: told_of(self._address), logger)

    async def _until_cut(self) -> AsyncGenerator[Hint]:
        if not self._by_marker:
            await asyncio.get_running_loop().create_future()
        connected = asyncio.Event()
        client = Redis(connection_pool=self._pool(connected))
        scripts = Scripts(client)
        with_news = list(self._by_marker)
        try:
            while True:
                for marker in with_news:
                    async with asyncio.timeout(ANSWER_SECONDS):
                        taken = await scripts.take(self._by_marker[marker], MOST)
                    if connected.is_set():
                        connected.clear()
                        yield frozenset()  # what happened before we could hear
                    if taken:
                        yield hint_of(taken)
                async with asyncio.timeout(ANSWER_SECONDS):
                    with_news = await self._news(client)
        finally:
            await client.aclose(close_connection_pool=True)

    def _pool(self, connected: asyncio.Event) -> ConnectionPool:
        async def greet(connection: Any) -> None:
            await connection.on_connect()
            connected.set()

        # The driver connects again by itself, at times without a word.
        return self._address.pool(1, retry=Retry(NoBackoff(), 0), redis_connect_func=greet)

    async def _news(self, client: Redis) -> list[str]:
        """The markers of the queues that have something: of one that says so, or after a while without any of all."""
        told = await client.bzpopmin(list(self._by_marker), LOOK_SECONDS)
        if not told:
            return list(self._by_marker)
        marker = str(told[0])
        # The first one that says so is told of, so that it is the others' turn to be first.
        self._by_marker[marker] = self._by_marker.pop(marker)
        return [marker]
