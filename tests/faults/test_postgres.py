"""What a PostgreSQL may say instead of an answer: every run ends right all the same."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

import asyncpg
import pytest
from tests.chaos.until import until
from tests.faults.crowd import crowd_on

from pikku.stores.postgres import PostgresStore

STORM_SECONDS = 0.08
PATIENT_SECONDS = 1
"""How long a statement may take that has nobody in its way, on a machine that has much to do."""

SOON_MS = 500
"""After so long the store's transactions look whether they wait in a circle; others look after a second, and find none left."""
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
HAS_ONE_AND_WAITS_FOR_THE_OTHER = """
SELECT EXISTS (
    SELECT FROM pg_locks AS has JOIN pg_locks AS waits USING (pid)
    WHERE has.granted AND has.relation = $1::text::regclass
        AND NOT waits.granted AND waits.relation = $2::text::regclass
)
"""

_numbers = count()


class Trouble(ABC):
    """A database that refuses now and then, so many `times`. `url` is the address by which the store meets it."""

    storms: ClassVar[int] = 4
    steps: ClassVar[int] = 4

    def __init__(self, url: str, schema: str) -> None:
        self.url = url
        self.schema = schema
        self.times = self.storms

    @asynccontextmanager
    async def possible(self, admin: Any) -> AsyncIterator[None]:
        """As long as it may begin."""
        yield

    @abstractmethod
    async def storm(self, admin: Any) -> None:
        """A while of it."""

    def _with(self, setting: str) -> str:
        return f"{self.url}{'&' if '?' in self.url else '?'}options={quote(f'-c {setting}')}"


class StatementTimeout(Trouble):
    """Somebody else's transaction keeps a table to itself for longer than statements may take."""

    storms = 1

    @asynccontextmanager
    async def possible(self, admin: Any) -> AsyncIterator[None]:
        self.url = self._with(f"statement_timeout={PATIENT_SECONDS}s")
        yield

    async def storm(self, admin: Any) -> None:
        async with admin.transaction():
            await admin.execute(f"LOCK TABLE {self.schema}.workflow_runs IN ACCESS EXCLUSIVE MODE")
            await asyncio.sleep(1.2 * PATIENT_SECONDS)


class Serialization(Trouble):
    """All transactions are serializable, and somebody else's are in their way."""

    @asynccontextmanager
    async def possible(self, admin: Any) -> AsyncIterator[None]:
        self.url = self._with("default_transaction_isolation=serializable")
        yield

    async def storm(self, admin: Any) -> None:
        for _ in range(5):
            # It may be this one that has to give way.
            with suppress(asyncpg.SerializationError):
                async with admin.transaction(isolation="serializable"):
                    await admin.execute(f"UPDATE {self.schema}.workflow_runs SET updated_ms = updated_ms")  # noqa: S608
                    await asyncio.sleep(STORM_SECONDS / 20)


class Deadlock(Trouble):
    """Somebody else's transactions take the tables in the other order, and it is the store's that have to give way."""

    storms = 2
    steps = 40  # it needs somebody who writes

    @asynccontextmanager
    async def possible(self, admin: Any) -> AsyncIterator[None]:
        self.url = self._with(f"deadlock_timeout={SOON_MS}ms")
        self._not_the_stores = await admin.fetchval(DEADLOCKS)
        yield
        # A connection of the store tells what it has counted when it ends.
        await until(lambda: self._see(admin))

    async def storm(self, admin: Any) -> None:
        runs, steps = f"{self.schema}.workflow_runs", f"{self.schema}.workflow_step"
        try:
            async with admin.transaction():
                await admin.execute(f"LOCK TABLE {steps} IN EXCLUSIVE MODE")
                await until(lambda: admin.fetchval(HAS_ONE_AND_WAITS_FOR_THE_OTHER, runs, steps))
                await admin.execute(f"LOCK TABLE {runs} IN EXCLUSIVE MODE")
        except asyncpg.DeadlockDetectedError:
            self._not_the_stores += 1

    async def _see(self, admin: Any) -> bool:
        self.times = await admin.fetchval(DEADLOCKS) - self._not_the_stores
        return self.times > 0


class TooManyConnections(Trouble):
    """Others have taken all the connections that there are."""

    @asynccontextmanager
    async def possible(self, admin: Any) -> AsyncIterator[None]:
        self._role = f"crowded_{next(_numbers)}"
        database = urlsplit(self.url).path[1:]
        await admin.execute(f"CREATE ROLE {self._role} LOGIN")
        await admin.execute(f"GRANT CREATE ON DATABASE {database} TO {self._role}")
        parts = urlsplit(self.url)
        self.url = parts._replace(netloc=f"{self._role}@{parts.netloc.rpartition('@')[2]}").geturl()
        yield
        await admin.execute(f"DROP SCHEMA {self.schema} CASCADE")
        await admin.execute(f"DROP OWNED BY {self._role}; DROP ROLE {self._role}")

    async def storm(self, admin: Any) -> None:
        await admin.execute(f"ALTER ROLE {self._role} CONNECTION LIMIT 1")
        await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1", self._role)
        await asyncio.sleep(STORM_SECONDS)
        await admin.execute(f"ALTER ROLE {self._role} CONNECTION LIMIT -1")


@pytest.mark.parametrize(
    "kind", [StatementTimeout, Serialization, Deadlock, TooManyConnections], ids=lambda kind: kind.__name__
)
async def test_a_refusal_changes_no_outcome_and_repeats_no_finished_step(
    kind: type[Trouble], postgres_url: str, record_property: Callable[[str, int], None]
) -> None:
    trouble = kind(postgres_url, schema := f"trouble_{next(_numbers)}")
    admin = await asyncpg.connect(postgres_url)
    try:
        async with trouble.possible(admin):
            store = PostgresStore(trouble.url, schema=schema)
            async with crowd_on(store, PostgresStore(postgres_url, schema=schema)) as crowd:
                await crowd.start(trouble.steps)
                for _ in range(trouble.storms):
                    await trouble.storm(admin)
                    await asyncio.sleep(STORM_SECONDS / 4)
                await crowd.end_right()
        record_property(f"PostgreSQL refuses: {kind.__name__}", trouble.times)
    finally:
        await admin.close()
