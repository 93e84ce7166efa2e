"""What is particular to the PostgreSQL store: its address, its schema, its connections, and many who write at once."""

import asyncio
import random
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from pikku.app.adapters import store_from
from pikku.model.change import Applied, Change, Held, Refusal, Refused
from pikku.model.errors import (
    ConfigurationError,
    ForeignStoreError,
    NewerStoreError,
    StoreError,
    StoreUnavailableError,
    StoreURLError,
)
from pikku.model.ids import RunId
from pikku.model.run import RunStatus
from pikku.model.step import StepStatus
from pikku.ports.store import Hint, RunQuery, Store
from pikku.stores.memory import MemoryStore
from pikku.stores.postgres import PostgresStore
from pikku.testing.clock import VirtualClock
from pikku.testing.contracts.scene import (
    ANN,
    BOB,
    FUNCTION,
    RUN,
    WORKFLOW,
    claimed,
    created,
    ended,
    inserted,
    make,
    moved,
    released,
    remote,
    run_id,
    run_of,
    running,
    scheduled,
    snapshot,
    woken,
)

PATIENCE = 20.0
_schemas = count()

NewStore = Callable[..., PostgresStore]


@pytest.fixture
def schema() -> str:
    return f"particular_{next(_schemas)}"


@pytest.fixture
async def new_store(postgres_url: str, schema: str) -> AsyncIterator[NewStore]:
    """Makes one more store on the same data, closed with all the others."""
    made: list[PostgresStore] = []

    def new(**options: Any) -> PostgresStore:
        made.append(PostgresStore(postgres_url, schema=schema, **options))
        return made[-1]

    yield new
    for store in made:
        await store.close()


@pytest.fixture
async def store(new_store: NewStore) -> PostgresStore:
    store = new_store()
    await store.open()
    return store


@pytest.fixture
async def admin(postgres_url: str) -> AsyncIterator[Any]:
    """A connection of somebody else."""
    connection = await asyncpg.connect(postgres_url)
    yield connection
    await connection.close()


class TestAddress:
    @pytest.mark.parametrize(
        "name", ["", "Shop", "1shop", "shop; DROP TABLE x", 'a"b', "a" * 64, "pg_shop", "shöp", "a\n"]
    )
    def test_a_name_that_is_no_schemas_is_refused(self, name: str) -> None:
        with pytest.raises(StoreURLError, match="cannot be its schema"):
            PostgresStore("postgresql://shop@db/shop", schema=name)

    async def test_a_schema_may_be_called_like_a_word_of_the_language(self, postgres_url: str, admin: Any) -> None:
        store = PostgresStore(postgres_url, schema="select")
        await store.open()
        await make(store, created())
        assert await claimed(store) == [RUN]
        await store.close()
        await admin.execute('DROP SCHEMA "select" CASCADE')

    def test_another_kind_of_address_is_refused(self) -> None:
        with pytest.raises(StoreURLError, match="postgresql://user@host/database"):
            PostgresStore("mysql://shop@db/shop")

    def test_nobody_is_shown_the_password(self) -> None:
        shown = repr(PostgresStore("postgresql://shop:s3cret@db:5432/shop?password=s3cret&sslmode=require"))
        assert "s3cret" not in shown
        assert "postgresql://shop@db:5432/shop?sslmode=require" in shown

    async def test_the_schema_may_be_in_the_address(self, postgres_url: str, schema: str, store: Store) -> None:
        await make(store, created())
        other = store_from(f"{postgres_url}{'&' if '?' in postgres_url else '?'}schema={schema}")
        await other.open()
        assert await other.get_run(RUN)
        await other.close()

    def test_without_the_driver_the_command_that_installs_it_is_told(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in [name for name in sys.modules if name.startswith("pikku.stores.postgres")]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setitem(sys.modules, "asyncpg", None)
        with pytest.raises(ConfigurationError, match=r"pip install 'pikku\[postgres\]'"):
            store_from("postgresql://shop@db/shop")


class TestOpening:
    async def test_many_processes_may_open_a_new_store_at_once(self, new_store: NewStore) -> None:
        stores = [new_store() for _ in range(8)]
        await asyncio.gather(*(store.open() for store in stores))
        await make(stores[0], created())
        assert all([await store.get_run(RUN) for store in stores])

    async def test_nothing_is_created_unless_it_may_migrate(self, new_store: NewStore, admin: Any, schema: str) -> None:
        with pytest.raises(StoreError, match="pikku migrate"):
            await new_store().open(migrate=False)
        assert await admin.fetchval("SELECT to_regnamespace($1)::text", schema) is None

    async def test_a_migrated_store_needs_no_migration(self, store: Store, new_store: NewStore) -> None:
        await make(store, created())
        other = new_store()
        await other.open(migrate=False)
        assert await other.get_run(RUN)

    async def test_a_store_of_a_newer_version_is_refused(
        self, store: Store, new_store: NewStore, admin: Any, schema: str
    ) -> None:
        await admin.execute(f"INSERT INTO {schema}.pikku_migrations (version) VALUES (99)")  # noqa: S608
        with pytest.raises(NewerStoreError, match="99"):
            await new_store().open()

    @pytest.mark.parametrize("table", ["workflow_runs", "workflow_step", "pikku_migrations"])
    async def test_tables_of_somebody_else_are_left_alone(
        self, new_store: NewStore, admin: Any, schema: str, table: str
    ) -> None:
        await admin.execute(f"CREATE SCHEMA {schema}")
        await admin.execute(f"CREATE TABLE {schema}.{table} (theirs int)")
        with pytest.raises(ForeignStoreError, match="nothing was changed"):
            await new_store().open()
        tables = await admin.fetch("SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace($1)", schema)
        assert [each["relname"] for each in tables] == [table]

    async def test_other_tables_in_the_schema_do_no_harm(self, new_store: NewStore, admin: Any, schema: str) -> None:
        await admin.execute(f"CREATE SCHEMA {schema} CREATE TABLE users (name text)")
        store = new_store()
        await store.open()
        await make(store, created())


class TestUnavailability:
    async def test_an_unreachable_server_is_told_in_a_line(self) -> None:
        await _is_told_in_a_line("postgresql://shop:s3cret@127.0.0.1:1/shop", "connect call failed")

    async def test_an_unknown_database_is_told_in_a_line(self, postgres_url: str) -> None:
        await _is_told_in_a_line(_changed(postgres_url, path="/no_such_database"), "does not exist")

    async def test_an_unknown_user_is_told_in_a_line(self, postgres_url: str) -> None:
        await _is_told_in_a_line(_as("nobody_here:s3cret", postgres_url), "nobody_here")

    async def test_a_user_without_rights_is_told_in_a_line(self, postgres_url: str, admin: Any, schema: str) -> None:
        await admin.execute(f"CREATE ROLE visitor_{schema} LOGIN PASSWORD 's3cret'")
        try:
            await _is_told_in_a_line(_as(f"visitor_{schema}:s3cret", postgres_url), "permission denied")
        finally:
            await admin.execute(f"DROP ROLE visitor_{schema}")

    async def test_a_write_whose_connection_breaks_says_so_and_the_next_one_is_made(
        self, store: Store, admin: Any, schema: str
    ) -> None:
        await make(store, created(by=ANN))
        async with admin.transaction():
            await admin.execute(f"LOCK TABLE {schema}.workflow_runs IN ACCESS EXCLUSIVE MODE")
            write = asyncio.create_task(store.apply([woken()]))
            await _until(lambda: _cut_who_waits(admin))
            with pytest.raises(StoreUnavailableError):
                await write
        await make(store, woken())
        assert (await run_of(store)).wakes == 1

    async def test_a_database_that_only_reads_says_so(self, store: Store, postgres_url: str, schema: str) -> None:
        reader = PostgresStore(_with(postgres_url, "default_transaction_read_only=on"), schema=schema)
        await reader.open()
        with pytest.raises(StoreUnavailableError, match="read-only"):
            await reader.apply([created()])
        await reader.close()


class TestWriting:
    async def test_changes_that_build_on_each_other_may_be_in_one_batch(self, new_store: NewStore) -> None:
        clock = VirtualClock()
        changes: list[Change] = [
            inserted("early"),
            created(by=ANN),
            created(by=BOB),
            inserted("pay", scheduled()),
            inserted("pay", scheduled()),
            moved("pay", running()),
            moved("pay", scheduled(0, 2), was=StepStatus.RUNNING),
            moved("pay", attempt=2),
            moved("pay", attempt=2),
            released(0),
            released(0),
            inserted("late", scheduled()),
            ended(),
            woken(),
            inserted("too late"),
        ]
        store, oracle = new_store(clock=clock), MemoryStore(clock=clock)
        await store.open()
        await oracle.open()
        assert list(await store.apply(changes)) == list(await oracle.apply(changes))
        assert await snapshot(store) == await snapshot(oracle)

    async def test_who_writes_the_same_runs_in_other_orders_does_not_lock_the_others_out(
        self, new_store: NewStore
    ) -> None:
        stores = [new_store() for _ in range(4)]
        await asyncio.gather(*(store.open() for store in stores))
        runs = [run_id(number) for number in range(20)]
        await make(stores[0], *(created(run, by=ANN) for run in runs))
        await make(stores[0], *(remote("mail", run=run) for run in runs))

        async def write(number: int, store: Store) -> None:
            chance = random.Random(number)
            for turn in range(15):
                chance.shuffle(runs_of[number])
                batch = [inserted(f"{number}-{turn}", run=run) for run in runs_of[number]]
                await make(store, *batch, *(woken(run) for run in runs_of[number]))
                await store.claim_steps(BOB, [FUNCTION], 5)
                held = [Held(run, 1, key) for run in runs_of[number] for key in (None, "mail")]
                await asyncio.to_thread(store.renew, ANN, held)

        runs_of = {number: list(runs) for number in range(len(stores))}
        async with asyncio.timeout(PATIENCE * 3):
            await asyncio.gather(*(write(number, store) for number, store in enumerate(stores)))
        assert {(await run_of(stores[0], run)).wakes for run in runs} == {60}

    async def test_an_end_and_a_step_at_the_same_time_leave_no_open_step(self, new_store: NewStore) -> None:
        mine, theirs = new_store(), new_store()
        await asyncio.gather(mine.open(), theirs.open())
        for number in range(40):
            run = run_id(number)
            await make(mine, created(run, by=ANN))
            await asyncio.gather(
                mine.apply([remote("mail", run=run)]), theirs.apply([ended(RunStatus.CANCELLED, run, epoch=None)])
            )
            assert (await run_of(mine, run)).waiting_on == ()

    async def test_what_is_due_is_claimed_once_whoever_asks(self, new_store: NewStore) -> None:
        stores = [new_store() for _ in range(4)]
        await asyncio.gather(*(store.open() for store in stores))
        await make(stores[0], *(created(run_id(number)) for number in range(300)))

        async def claim(store: Store) -> list[RunId]:
            mine: list[RunId] = []
            while runs := await store.claim_runs(ANN, [WORKFLOW], 7):
                mine += [run.run_id for run in runs]
            return mine

        shares = await asyncio.gather(*(claim(store) for store in stores))
        assert sorted(run for share in shares for run in share) == [run_id(number) for number in range(300)]

    async def test_more_writers_than_connections_take_turns(self, new_store: NewStore) -> None:
        store = new_store(pool_size=2)
        await store.open()
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(make(store, created(run_id(number), by=ANN)) for number in range(200)))
        assert len(await store.list_runs(RunQuery(limit=1_000))) == 200

    async def test_the_databases_clock_is_the_stores(self, store: Store, admin: Any) -> None:
        before = await admin.fetchval("SELECT extract(epoch FROM clock_timestamp()) * 1000")
        (outcome,) = await store.apply([created()])
        assert isinstance(outcome, Applied)
        assert int(before) <= outcome.at <= int(before) + 60_000
        assert (await run_of(store)).created_ms == outcome.at

    async def test_it_works_behind_a_pooler(self, new_store: NewStore) -> None:
        store = new_store(statement_cache_size=0)
        await store.open()
        await make(store, created(by=ANN), inserted("pay"))
        assert list(await store.apply([inserted("pay")])) == [Refused(Refusal.EXISTS)]
        assert list(store.renew(ANN, [Held(RUN, 1), Held(RUN, 2)])) == [Held(RUN, 2)]

    async def test_a_name_that_cannot_be_stored_is_found_nowhere(self, store: Store) -> None:
        await make(store, created())
        hostile = RunId("\x00")
        assert await store.get_run(hostile) is None
        assert list(await store.history(hostile)) == []
        assert [each.run.run_id for each in await store.load([hostile, RUN])] == [RUN]
        assert list(await store.list_runs(RunQuery(workflow="\x00"))) == []


class TestHints:
    async def test_hints_go_on_when_their_connection_was_cut(self, store: Store, admin: Any) -> None:
        async with _Ears(store) as ears:
            await ears.hear(lambda: store.apply([created(), woken()]), RUN)
            await _until(lambda: _cut_who_listens(admin))
            await ears.hear(lambda: store.apply([woken()]), RUN)

    async def test_more_runs_than_a_notification_can_name_are_hinted_at_together(self, store: Store) -> None:
        async with _Ears(store) as ears:
            await ears.hear(lambda: store.apply([created(), woken()]), RUN)
            many = [created(run_id(1_000 + number)) for number in range(1_000)]
            await make(store, *many)
            await ears.hear_once(frozenset())

    async def test_behind_a_pooler_there_are_hints_without_listening(self, new_store: NewStore, admin: Any) -> None:
        store = new_store(statement_cache_size=0)
        await store.open()
        async with _Ears(store) as ears:
            await ears.hear_once(frozenset())
            assert not await _cut_who_listens(admin)


class _Ears:
    """Listens to a store for as long as the block lasts."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._heard: asyncio.Queue[Hint] = asyncio.Queue()

    async def __aenter__(self) -> "_Ears":
        self._task = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])

    async def hear(self, act: Callable[[], Awaitable[object]], run: RunId) -> None:
        """Return when a hint names the run; act again and again, since nobody says when listening begins."""
        async with asyncio.timeout(PATIENCE):
            while True:
                await act()
                with suppress(TimeoutError):
                    async with asyncio.timeout(0.25):
                        while run not in await self._heard.get():
                            pass
                        return

    async def hear_once(self, hint: Hint) -> None:
        async with asyncio.timeout(PATIENCE):
            while await self._heard.get() != hint:
                pass

    async def _listen(self) -> None:
        async for hint in self._store.hints():
            self._heard.put_nowait(hint)


async def _until(done: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await done():  # noqa: ASYNC110  it is the server that is asked
            await asyncio.sleep(0.01)


async def _cut_who_waits(admin: Any) -> bool:
    """Cut the connections of this database that wait for a lock, and tell whether there were any."""
    return await _cut(admin, "wait_event_type = 'Lock'")


async def _cut_who_listens(admin: Any) -> bool:
    return await _cut(admin, "query LIKE 'LISTEN %'")


async def _cut(admin: Any, which: str) -> bool:
    return bool(
        await admin.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "  # noqa: S608
            f"WHERE datname = current_database() AND pid <> pg_backend_pid() AND {which}"
        )
    )


async def _is_told_in_a_line(url: str, problem: str) -> None:
    store = PostgresStore(url, schema="told_in_a_line")
    with pytest.raises(StoreUnavailableError) as told:
        await store.open()
    message = str(told.value)
    assert problem.lower() in message.lower()
    assert "s3cret" not in message
    assert "\n" not in message
    await store.close()


def _as(user: str, url: str) -> str:
    return _changed(url, netloc=f"{user}@{urlsplit(url).netloc.rpartition('@')[2]}")


def _with(url: str, option: str) -> str:
    query = urlsplit(url).query
    return _changed(url, query=f"{query}&{option}" if query else option)


def _changed(url: str, **parts: str) -> str:
    return urlsplit(url)._replace(**parts).geturl()
