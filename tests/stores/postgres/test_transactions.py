"""What is particular to the PostgreSQL store: its writes can be part of a transaction that writes other things too."""

import asyncio
import json
from typing import Any

import asyncpg
import pytest
from tests.stores.ears import Ears
from tests.stores.postgres.surroundings import NewStore

from pikku.model.change import Applied, Change, Refusal, Refused
from pikku.model.errors import ClosedStoreError, StoreError, StoreUnavailableError
from pikku.ports.store import TransactionalStore
from pikku.stores.postgres.store import TRIES
from pikku.testing.contracts.scene import ANN, OTHER, RUN, created, inserted, make, run_of, snapshot, woken


@pytest.fixture
async def users(admin: Any, schema: str, store: TransactionalStore) -> str:
    """A table of the application, in the same database."""
    await admin.execute(f"CREATE TABLE {schema}.users (name text PRIMARY KEY)")
    return f"{schema}.users"


class _UnwillingError(Exception):
    """The application does not want it after all."""


class TestApplyWithin:
    async def test_what_is_committed_is_there_together_with_the_callers_own_rows(
        self, store: TransactionalStore, admin: Any, users: str
    ) -> None:
        # As applications do that work with JSON: what we write must not go through their codecs.
        await admin.set_type_codec("json", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)
        async with admin.transaction():
            await admin.execute(f"INSERT INTO {users} VALUES ('ada')")  # noqa: S608
            (outcome,) = await store.apply_within(admin, [created(by=ANN)])
            assert await store.get_run(RUN) is None
        assert isinstance(outcome, Applied)
        assert (await run_of(store)).created_ms == outcome.at
        assert await admin.fetchval(f"SELECT count(*) FROM {users}") == 1  # noqa: S608

    async def test_others_hear_of_it(self, store: TransactionalStore, new_store: NewStore, admin: Any) -> None:
        other = new_store()
        await other.open()
        await make(store, created())

        async def wake() -> None:
            async with admin.transaction():
                await store.apply_within(admin, [woken()])

        async with Ears(other) as ears:
            await ears.hear(wake, RUN)

    async def test_of_what_is_rolled_back_nothing_is_there(
        self, store: TransactionalStore, admin: Any, users: str
    ) -> None:
        transaction = admin.transaction()
        await transaction.start()
        await admin.execute(f"INSERT INTO {users} VALUES ('ada')")  # noqa: S608
        await store.apply_within(admin, [created(by=ANN), inserted("pay")])
        await transaction.rollback()
        assert await store.get_run(RUN) is None
        assert await admin.fetchval(f"SELECT count(*) FROM {users}") == 0  # noqa: S608

    async def test_changes_that_build_on_each_other_are_undone_together(
        self, store: TransactionalStore, admin: Any
    ) -> None:
        building: list[Change] = [created(by=ANN), inserted("pay"), created(by=ANN), inserted("late"), woken()]
        transaction = admin.transaction()
        await transaction.start()
        outcomes = await store.apply_within(admin, building)
        assert outcomes[2] == Refused(Refusal.EXISTS)
        await transaction.rollback()
        assert await store.get_run(RUN) is None
        async with admin.transaction():
            await store.apply_within(admin, building)
        assert set((await snapshot(store)).steps) == {"pay", "late"}

    async def test_a_refusal_is_told_and_hinders_nothing_else(self, store: TransactionalStore, admin: Any) -> None:
        await make(store, created(by=ANN))
        async with admin.transaction():
            outcomes = await store.apply_within(admin, [created(), inserted("pay", epoch=7), created(OTHER)])
        assert [getattr(each, "why", None) for each in outcomes] == [Refusal.EXISTS, Refusal.STALE, None]
        assert await store.get_run(OTHER)

    async def test_an_error_of_the_callers_own_statement_stays_what_it_is(
        self, store: TransactionalStore, admin: Any, users: str
    ) -> None:
        async def write() -> None:
            async with admin.transaction():
                await store.apply_within(admin, [created()])
                await admin.execute(f"INSERT INTO {users} VALUES ('ada'), ('ada')")  # noqa: S608

        with pytest.raises(asyncpg.UniqueViolationError):
            await write()
        assert await store.get_run(RUN) is None

    async def test_a_transaction_that_has_failed_already_is_not_taken_for_a_good_one(
        self, store: TransactionalStore, admin: Any
    ) -> None:
        transaction = admin.transaction()
        await transaction.start()
        with pytest.raises(asyncpg.DivisionByZeroError):
            await admin.execute("SELECT 1 / 0")
        with pytest.raises(asyncpg.InFailedSQLTransactionError):
            await store.apply_within(admin, [created()])
        await transaction.rollback()

    async def test_without_a_transaction_it_says_how_to_begin_one(self, store: TransactionalStore, admin: Any) -> None:
        with pytest.raises(StoreError, match=r"async with connection\.transaction\(\)"):
            await store.apply_within(admin, [created()])
        assert await store.get_run(RUN) is None

    async def test_a_closed_store_writes_nothing(self, store: TransactionalStore, admin: Any) -> None:
        await store.close()
        async with admin.transaction():
            with pytest.raises(ClosedStoreError):
                await store.apply_within(admin, [created()])


class TestInTransaction:
    async def test_what_the_work_wrote_is_committed(self, store: TransactionalStore, admin: Any, users: str) -> None:
        async def work(connection: Any) -> str:
            await connection.execute(f"INSERT INTO {users} VALUES ('ada')")  # noqa: S608
            await store.apply_within(connection, [created()])
            return "done"

        assert await store.in_transaction(work) == "done"
        assert await store.get_run(RUN)
        assert await admin.fetchval(f"SELECT count(*) FROM {users}") == 1  # noqa: S608

    async def test_what_the_work_raises_undoes_it(self, store: TransactionalStore) -> None:
        async def work(connection: Any) -> None:
            await store.apply_within(connection, [created()])
            raise _UnwillingError

        with pytest.raises(_UnwillingError):
            await store.in_transaction(work)
        assert await store.get_run(RUN) is None
        await make(store, created())

    async def test_it_is_done_again_when_others_were_in_its_way(self, store: TransactionalStore, users: str) -> None:
        tries: list[str] = []

        async def work(connection: Any) -> int:
            await store.apply_within(connection, [created(), woken()])
            tries.append("tried")
            if len(tries) < TRIES:
                await connection.execute("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$")
            return len(tries)

        assert await store.in_transaction(work) == TRIES
        assert (await run_of(store)).wakes == 1

    async def test_two_that_wait_for_each_other_are_both_made(self, new_store: NewStore) -> None:
        stores = [new_store(), new_store()]
        await asyncio.gather(*(store.open() for store in stores))
        await make(stores[0], created(RUN), created(OTHER))
        both_have_one = asyncio.Barrier(2)

        def crossing(store: TransactionalStore, first: Any, second: Any) -> Any:
            tries: list[str] = []

            async def work(connection: Any) -> None:
                await store.apply_within(connection, [woken(first)])
                tries.append("tried")
                if len(tries) == 1:
                    await both_have_one.wait()
                await store.apply_within(connection, [woken(second)])

            return store.in_transaction(work)

        await asyncio.gather(crossing(stores[0], RUN, OTHER), crossing(stores[1], OTHER, RUN))
        assert [(await run_of(stores[0], run)).wakes for run in (RUN, OTHER)] == [2, 2]

    async def test_others_in_its_way_again_and_again_make_the_store_unavailable(
        self, store: TransactionalStore
    ) -> None:
        async def work(connection: Any) -> None:
            await connection.execute("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40P01'; END $$")

        with pytest.raises(StoreUnavailableError):
            await store.in_transaction(work)


def test_a_store_tells_the_address_of_its_database_as_it_was_given(new_store: NewStore, postgres_url: str) -> None:
    assert new_store().dsn == postgres_url
