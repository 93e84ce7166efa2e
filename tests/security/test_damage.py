"""One run or step that cannot be read, because somebody has damaged it in the store, hinders no other."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from pathlib import Path
from typing import NamedTuple

import asyncpg
import pytest
import redis.asyncio
from tests.servers import Servers

from pikku.model.errors import StoreError
from pikku.model.run import RunStatus
from pikku.ports.store import RunQuery, Store
from pikku.runtime.watch import Watch
from pikku.stores.postgres import PostgresStore
from pikku.stores.redis import RedisStore
from pikku.stores.sqlite import SqliteStore
from pikku.testing.contracts.scene import ANN, FUNCTION, OTHER, RUN, WORKFLOW, created, ended, remote
from pikku.testing.servers.fixtures import new_redis_prefix

TABLES = {"run": "workflow_runs", "step": "workflow_step"}
_schemas = count()


class Place(NamedTuple):
    """A store, and how to spoil a column of `RUN` or of its step `mail` behind its back."""

    store: Store
    spoil: Callable[[str, str, str], Awaitable[None]]


@pytest.fixture(params=["sqlite", "postgres", "redis"])
async def place(request: pytest.FixtureRequest, tmp_path: Path, servers: Servers) -> AsyncIterator[Place]:
    made = {
        "sqlite": lambda: _sqlite(tmp_path),
        "postgres": lambda: _postgres(servers),
        "redis": lambda: _redis(servers),
    }
    place = made[request.param]()
    await place.store.open()
    yield place
    await place.store.close()


def _sqlite(folder: Path) -> Place:
    async def spoil(table: str, column: str, text: str) -> None:
        with sqlite3.connect(folder / "pikku.db") as connection:
            connection.execute(f"UPDATE {TABLES[table]} SET {column} = ? WHERE run_id = ?", (text, RUN))  # noqa: S608
        connection.close()

    return Place(SqliteStore(folder / "pikku.db"), spoil)


def _postgres(servers: Servers) -> Place:
    schema = f"damage_{next(_schemas)}"

    async def spoil(table: str, column: str, text: str) -> None:
        connection = await asyncpg.connect(servers.postgres)
        await connection.execute(f"UPDATE {schema}.{TABLES[table]} SET {column} = $1 WHERE run_id = $2", text, RUN)  # noqa: S608
        await connection.close()

    return Place(PostgresStore(servers.postgres, schema=schema), spoil)


def _redis(servers: Servers) -> Place:
    prefix = new_redis_prefix()

    async def spoil(table: str, column: str, text: str) -> None:
        kept = {"policy": ("steps", "mail"), "kind": ("open", "mail")}
        kind, field = kept.get(column, (table, column))
        async with redis.asyncio.Redis.from_url(servers.redis, decode_responses=True) as client:
            key = f"{{{prefix}}}:{kind}:{RUN}"
            await client.hset(key, field, text)

    return Place(RedisStore(servers.redis, prefix=prefix), spoil)


async def test_a_damaged_run_is_told_and_others_are_claimed(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    store = place.store
    await store.apply([created(), created(OTHER)])
    await place.spoil("run", "error", '{"type": 1}')
    assert [run.run_id for run in await store.claim_runs(ANN, [WORKFLOW], 10)] == [OTHER]
    assert f"run {RUN} cannot be read from the store: " in caplog.text
    for looks in (store.get_run(RUN), store.list_runs(RunQuery()), store.load([RUN, OTHER])):
        with pytest.raises(StoreError, match=f"run {RUN} cannot be read from the store: .* mend it there"):
            await looks
    assert [run.run_id for run in await store.list_runs(RunQuery(run_ids=[OTHER]))] == [OTHER]


@pytest.mark.parametrize("column", ["policy", "kind"])
async def test_a_damaged_step_is_told_and_others_are_claimed(place: Place, column: str) -> None:
    store = place.store
    await store.apply([created(by=ANN), created(OTHER, by=ANN), remote(), remote(run=OTHER)])
    await place.spoil("step", column, "[[[")
    claimed = await store.claim_steps(ANN, [FUNCTION], 10)
    assert [(each.step.run_id, each.workflow) for each in claimed] == [(OTHER, WORKFLOW)]
    with pytest.raises(StoreError, match=f"step 'mail' of run {RUN} cannot be read"):
        await store.load([RUN])


async def test_who_waits_for_another_run_hears_of_it(place: Place) -> None:
    store, watch = place.store, Watch(place.store, 10)
    await store.apply([created(by=ANN), created(OTHER, by=ANN)])
    waiting = [asyncio.ensure_future(watch.ended(each)) for each in (RUN, OTHER)]
    watch.start()
    await asyncio.sleep(0)
    await store.apply([ended(), ended(run=OTHER)])
    await place.spoil("run", "error", "no JSON")
    async with asyncio.timeout(20):
        assert (await waiting[1]).status is RunStatus.COMPLETED
    waiting[0].cancel()
    await watch.stop()
