"""Where PgQueuer's tables are, and what is asked of PgQueuer itself."""

import re
from collections.abc import Sequence
from typing import Any

import msgspec
from pgqueuer import AsyncpgDriver, Queries
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.domain.settings import DBSettings, Durability, db_settings
from pgqueuer.domain.types import Channel
from pgqueuer.ports.driver import Driver
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from pikku.model.errors import QueueError
from pikku.ports.queue import Message
from pikku.queues.carried_name import carried_name
from pikku.queues.slip import slip_of

_encoder = msgspec.json.Encoder()
_SCHEMA = re.compile(r"[a-z_][a-z0-9_]{0,39}")


class _OursAlone(DBSettings):
    """Names that no variable of the environment changes: PgQueuer reads even `CHANNEL` and `FUNCTION`."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


class Tables:
    """PgQueuer's tables in a schema of their own, or with `None` wherever PgQueuer's own settings put them.

    Raises `QueueError` for a name that cannot be a schema's.
    """

    def __init__(self, schema: str | None) -> None:
        self.alone = schema is not None
        """Whether nobody but us uses them."""
        self.settings = db_settings() if schema is None else _settings_within(schema)
        self._builders = (
            QueryBuilderEnvironment(self.settings),
            QueryQueueBuilder(self.settings),
            QuerySchedulerBuilder(self.settings),
        )

    @property
    def channel(self) -> Channel:
        """Where PgQueuer notifies of every change of its queue."""
        return self.settings.channel

    def queries(self, driver: Driver) -> Queries:
        """What PgQueuer can do, over a driver."""
        return Queries(driver, *self._builders)

    def queries_on(self, connection: Any) -> Queries:
        """What PgQueuer can do, on a connection."""
        return self.queries(AsyncpgDriver(connection))

    async def install(self, connection: Any) -> None:
        """Bring the tables to PgQueuer's version; any number of processes may do so at once."""
        done = await self.queries_on(connection).apply_upgrade()
        if self.alone and done.statements:
            await connection.execute(_OFTEN_VACUUMED.format(table=self.settings.qualified.queue_table))
            await connection.execute(_OFTEN_VACUUMED.format(table=self.settings.qualified.queue_table_log))

    async def send(self, connection: Any, messages: Sequence[Message]) -> None:
        """Enqueue the messages in one statement, each once."""
        each = list(dict.fromkeys(messages))
        await self.queries_on(connection).enqueue(
            [carried_name(message.queue) for message in each],
            [_encoder.encode(slip_of(message)) for message in each],
            [0] * len(each),
        )


def _settings_within(schema: str) -> DBSettings:
    if not _SCHEMA.fullmatch(schema) or schema.startswith("pg_"):
        raise QueueError(
            f"{schema[:80]!r} cannot be the schema of the queue; up to 40 small letters, digits and underscores are "
            "allowed, no digit first, and not pg_…"
        )
    # Only jobs are worth keeping in a crash; the log and the statistics are not.
    return _OursAlone(db_schema=schema, channel=Channel(f"{schema}_ch_pgqueuer"), durability=Durability.balanced)


_OFTEN_VACUUMED = """ALTER TABLE {table} SET (
    autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_cost_delay = 0)"""
"""Both tables are filled and emptied all the time."""
