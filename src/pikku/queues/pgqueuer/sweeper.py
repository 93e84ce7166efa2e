"""Keeps PgQueuer's tables small: it logs every job several times, and never forgets."""

import asyncio
import logging
from collections.abc import Iterable

from pikku.model.errors import QueueError
from pikku.queues.pgqueuer.faults import shown, told_of
from pikku.queues.pgqueuer.line import CONNECT_SECONDS, connect
from pikku.queues.pgqueuer.tables import Tables

logger = logging.getLogger("pikku.queues.pgqueuer")

# One process at a time is enough.
_BE_THE_ONE = "SELECT pg_try_advisory_xact_lock(hashtext('pikku sweeps'), hashtext($1))"

_FORGET_LOG = """DELETE FROM {table} WHERE ($1::text[] IS NULL OR entrypoint = ANY ($1))
    AND (traceback IS NULL OR created < now() - interval '7 days')"""
"""What failed is worth a look; nothing else is."""

_FORGET_STATISTICS = """DELETE FROM {table} WHERE ($1::text[] IS NULL OR entrypoint = ANY ($1))
    AND created < now() - interval '7 days'"""

_FORGET_MESSAGES = """DELETE FROM {table} WHERE entrypoint = ANY ($1) AND status = 'queued'
    AND created < now() - interval '1 hour'"""
"""A message that nobody took for so long is no news: what it told of was found by looking."""


class Sweeper:
    """Sweeps now and then what was left of the queues that it was told of; in tables of our own, of all queues."""

    def __init__(self, dsn: str, tables: Tables, every_ms: int) -> None:
        self._dsn = dsn
        self._tables = tables
        self._every_ms = every_ms
        self._with_messages: set[str] = set()
        self._with_jobs: set[str] = set()

    def note_messages(self, entrypoints: Iterable[str]) -> None:
        """Messages went through these."""
        self._with_messages.update(entrypoints)

    def note_jobs(self, entrypoints: Iterable[str]) -> None:
        """Jobs went through these."""
        self._with_jobs.update(entrypoints)

    async def run(self) -> None:
        """Sweep again and again."""
        while True:
            await asyncio.sleep(self._every_ms / 1_000)
            try:
                with told_of(shown(self._dsn)):
                    await self._sweep()
            except QueueError as error:
                logger.warning("PgQueuer's log was not swept, which is tried again: %s", error)

    async def _sweep(self) -> None:
        names = self._tables.settings.qualified
        ours = None if self._tables.alone else [*self._with_messages, *self._with_jobs]
        connection = await connect(self._dsn)
        try:
            async with connection.transaction():
                if await connection.fetchval(_BE_THE_ONE, names.queue_table):
                    await connection.execute(_FORGET_LOG.format(table=names.queue_table_log), ours)
                    await connection.execute(_FORGET_STATISTICS.format(table=names.statistics_table), ours)
                    await connection.execute(
                        _FORGET_MESSAGES.format(table=names.queue_table), list(self._with_messages - self._with_jobs)
                    )
        finally:
            await connection.close(timeout=CONNECT_SECONDS)
