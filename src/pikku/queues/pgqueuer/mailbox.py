"""Takes the messages of some queues as they come, on a connection of its own."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Collection
from contextlib import suppress

from pikku.ports.store import Hint
from pikku.queues.pgqueuer.faults import shown, told_of
from pikku.queues.pgqueuer.line import connect
from pikku.queues.pgqueuer.tables import Tables
from pikku.queues.slip import hint_of
from pikku.queues.unbroken import unbroken

logger = logging.getLogger("pikku.queues.pgqueuer")

MOST = 200
"""How many messages are taken at once. Not all there are: other processes want work too."""

LOOK_SECONDS = 10.0
"""How often to look without having been told; it also finds out that a connection is dead."""

# To take a message is to remove it: nobody waits for an acknowledgement of what may be lost. So it is one statement, where
# PgQueuer's own way (pick, then log as done) is two, and two more entries in its log.
_TAKE = """DELETE FROM {table} WHERE id = ANY (ARRAY(
    SELECT found.id FROM unnest($1::text[]) AS wanted (entrypoint) CROSS JOIN LATERAL (
        SELECT id FROM {table} WHERE entrypoint = wanted.entrypoint AND status = 'queued' AND execute_after <= now()
        ORDER BY priority DESC, id LIMIT $2 FOR UPDATE SKIP LOCKED
    ) AS found LIMIT $2
)) RETURNING payload"""


class Mailbox:
    """The messages of these entrypoints. `dsn` is the server's own address, at which one can listen."""

    def __init__(self, dsn: str, tables: Tables, entrypoints: Collection[str]) -> None:
        self._dsn = dsn
        self._channel = tables.channel
        self._entrypoints = list(entrypoints)
        self._take = _TAKE.format(table=tables.settings.qualified.queue_table)

    def hints(self) -> AsyncGenerator[Hint]:
        """Which runs to look at, for as long as it is iterated. Each time it is connected, an empty hint comes first."""
        return unbroken(self._until_cut, lambda: told_of(shown(self._dsn)), logger)

    async def _until_cut(self) -> AsyncGenerator[Hint]:
        connection = await connect(self._dsn)
        news = asyncio.Event()
        try:
            connection.add_termination_listener(lambda _: news.set())
            await connection.add_listener(self._channel, lambda *told: _heed(told[-1], news))
            yield frozenset()  # what happened before we could hear
            while True:
                news.clear()
                taken = await connection.fetch(self._take, self._entrypoints, MOST)
                if taken:
                    yield hint_of(each["payload"] for each in taken)
                if len(taken) < MOST:
                    await _wait(news)
        finally:
            connection.terminate()


def _heed(told: str, news: asyncio.Event) -> None:
    # PgQueuer tells of removals too, which are our own doing.
    if '"insert"' in told:
        news.set()


async def _wait(news: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(LOOK_SECONDS):
            await news.wait()
