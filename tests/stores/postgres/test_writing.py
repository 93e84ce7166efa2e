"""What many do at once on PostgreSQL, by which clock, and what it cannot hold."""

import asyncio
from typing import Any

import pytest
from tests.stores.at_once import AtOnce
from tests.stores.postgres.surroundings import NewStore, somebody_waits, until

from pikku.model.change import Applied, Held, Refusal, Refused
from pikku.model.ids import RunId
from pikku.ports.store import RunQuery, Store
from pikku.testing.contracts.scene import (
    ANN,
    FUNCTION,
    OTHER,
    RUN,
    WORKFLOW,
    created,
    inserted,
    make,
    released,
    remote,
    run_of,
    snapshot,
)

PATIENCE = 30.0


class TestWriting(AtOnce):
    async def test_the_databases_clock_is_the_stores(self, store: Store, admin: Any) -> None:
        before = await admin.fetchval("SELECT extract(epoch FROM clock_timestamp()) * 1000")
        (outcome,) = await store.apply([created()])
        assert isinstance(outcome, Applied)
        assert int(before) <= outcome.at <= int(before) + 60_000
        assert (await run_of(store)).created_ms == outcome.at

    @pytest.mark.parametrize("steps", [1, 2])
    async def test_a_step_that_waits_for_its_run_is_judged_by_what_it_finds_then(
        self, steps: int, store: Store, admin: Any, schema: str
    ) -> None:
        """Alone and in a batch: who takes the run over in the meantime is not overtaken."""
        await make(store, created(by=ANN))
        async with admin.transaction():
            await admin.execute(f"UPDATE {schema}.workflow_runs SET epoch = 2")  # noqa: S608
            late = asyncio.create_task(store.apply([inserted(f"{number}") for number in range(steps)]))
            await until(lambda: somebody_waits(admin))
        assert list(await late) == [Refused(Refusal.STALE)] * steps
        assert (await snapshot(store)).steps == {}

    async def test_what_somebody_else_is_just_claiming_is_left_to_him(
        self, store: Store, admin: Any, schema: str
    ) -> None:
        for run in (RUN, OTHER):
            await make(store, created(run, by=ANN), remote("mail", run=run), released(0, run))
        async with admin.transaction():
            for table in ("workflow_runs", "workflow_step"):
                await admin.execute(f"UPDATE {schema}.{table} SET epoch = 1 WHERE run_id = '{RUN}'")  # noqa: S608
            async with asyncio.timeout(PATIENCE):
                assert [run.run_id for run in await store.claim_runs(ANN, [WORKFLOW], 2)] == [OTHER]
                assert [each.step.run_id for each in await store.claim_steps(ANN, [FUNCTION], 2)] == [OTHER]

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
