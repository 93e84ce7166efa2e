"""What many do at once on PostgreSQL, by which clock, and what it cannot hold."""

from typing import Any

from tests.stores.at_once import AtOnce
from tests.stores.postgres.surroundings import NewStore

from pikku.model.change import Applied, Held, Refusal, Refused
from pikku.model.ids import RunId
from pikku.ports.store import RunQuery, Store
from pikku.testing.contracts.scene import ANN, RUN, created, inserted, make, run_of


class TestWriting(AtOnce):
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
