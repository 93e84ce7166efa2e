"""Runs that have ended are deleted with everything that is theirs; others are not."""

import asyncio

from pikku.model.change import Applied, FailedAttempt, Held, Refusal, Refused
from pikku.model.ids import RunId
from pikku.model.run import Run, RunStatus
from pikku.model.step import StepKind
from pikku.ports.store import RunQuery, Store
from pikku.testing.contracts.scene import (
    ANN,
    BOB,
    BROKEN,
    FUNCTION,
    NOBODY,
    OTHER,
    RUN,
    WORKFLOW,
    claimed,
    claimed_steps,
    created,
    deleted,
    ended,
    every_change_of,
    ids,
    inserted,
    json,
    make,
    remote,
    run_id,
    run_of,
    scheduled,
    snapshot,
    why_not,
    woken,
)
from pikku.testing.contracts.stores import Stores

ENDS = [status for status in RunStatus if status.ended]


class DeletingContract:
    """RunDeleted, and what finds the runs that may go."""

    async def test_nothing_is_left_of_a_deleted_run_for_anybody(self, stores: Stores) -> None:
        mine, theirs = await stores.open(), await stores.open()
        await _lived(mine)
        await run_of(theirs)
        await make(mine, deleted())
        for store in (mine, theirs):
            assert await store.get_run(RUN) is None
            assert list(await store.load([RUN])) == []
            assert list(await store.history(RUN)) == []
            for query in (RunQuery(), RunQuery(run_ids=[RUN]), RunQuery(statuses=ENDS, workflow=WORKFLOW)):
                assert list(await store.list_runs(query)) == []
            for change in (*every_change_of(), deleted()):
                assert await why_not(store, change) is Refusal.MISSING, change
            assert list(store.renew(ANN, [Held(RUN, 1), Held(RUN, 1, "mail")])) == [Held(RUN, 1), Held(RUN, 1, "mail")]
        await stores.clock.advance("1h")
        assert (await claimed(theirs), await claimed_steps(theirs)) == ([], [])
        assert await theirs.next_due([WORKFLOW], [FUNCTION]) is None

    async def test_its_id_is_free_again_for_a_run_that_knows_nothing_of_it(self, stores: Stores) -> None:
        store = await stores.open()
        await _lived(store)
        # All of it in one batch, and once more one by one.
        await make(store, deleted(), created(by=BOB), inserted("mail"), woken(), ended(), deleted(), created(by=BOB))
        assert dict((await snapshot(store)).steps) == {}
        assert (await run_of(store)).wakes == 0
        await make(store, inserted("pay"))
        again = await stores.open()
        assert [attempt.key for attempt in await again.history(RUN)] == ["pay"]
        assert (await snapshot(again)).run == (await snapshot(store)).run

    async def test_a_running_run_and_one_that_is_not_there_are_not_deleted(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), remote("mail"), created(OTHER, by=ANN), ended(run=OTHER))
        before = await snapshot(store)
        outcomes = await store.apply([deleted(), deleted(OTHER), deleted(NOBODY), deleted(OTHER)])
        gone = Applied(stores.clock.now())
        assert list(outcomes) == [Refused(Refusal.RUNNING), gone, Refused(Refusal.MISSING), Refused(Refusal.MISSING)]
        assert await snapshot(store) == before
        await make(store, ended(), deleted())
        assert list(await store.list_runs(RunQuery())) == []

    async def test_the_neighbours_of_a_deleted_run_keep_all(self, stores: Stores) -> None:
        store = await stores.open()
        await _lived(store)
        await _lived(store, OTHER)
        before = (await snapshot(store, OTHER), await run_of(store, OTHER), await store.history(OTHER))
        await make(store, deleted())
        assert (await snapshot(store, OTHER), await run_of(store, OTHER), await store.history(OTHER)) == before
        assert ids(await store.list_runs(RunQuery(workflow=WORKFLOW, statuses=[RunStatus.COMPLETED]))) == [OTHER]

    async def test_of_two_who_delete_at_once_one_does(self, stores: Stores) -> None:
        mine, theirs = await stores.open(), await stores.open()
        runs = [run_id(number) for number in range(20)]
        await make(mine, *(created(run, by=ANN) for run in runs), *(ended(run=run) for run in runs))
        both = await asyncio.gather(
            mine.apply([deleted(run) for run in runs]), theirs.apply([deleted(run) for run in reversed(runs)])
        )
        made = [outcome for outcomes in both for outcome in outcomes if isinstance(outcome, Applied)]
        assert len(made) == len(runs)
        assert list(await theirs.list_runs(RunQuery())) == []

    async def test_by_how_long_ago_they_ended_whenever_they_began(self, stores: Stores) -> None:
        store = await stores.open()
        # The first is the last to end, and another one never does.
        await make(store, *(created(run_id(number), by=ANN) for number in range(4)))
        for number in (2, 1, 0):
            await stores.clock.advance("1s")
            await make(store, ended(run=run_id(number)))
        assert await _listed(store, ended_for=0) == [run_id(2), run_id(1), run_id(0)]
        assert await _listed(store, ended_for=1_000) == [run_id(2), run_id(1)]
        assert await _listed(store, ended_for=1_001) == [run_id(2)]
        assert await _listed(store, ended_for=0, statuses=ENDS, before=run_id(2)) == [run_id(1), run_id(0)]
        assert await _listed(store, ended_for=2**52) == []
        await stores.clock.advance("1h")
        assert await _listed(store, ended_for=3_600_000, limit=2) == [run_id(2), run_id(1)]

    async def test_so_many_of_the_newest_are_passed_over(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, *(created(run_id(number), by=ANN) for number in range(6)))
        await make(store, *(ended(run=run_id(number)) for number in range(5)))
        assert await _listed(store, skip=2, limit=2) == [run_id(3), run_id(2)]
        assert await _listed(store, skip=1, statuses=ENDS) == [run_id(n) for n in (3, 2, 1, 0)]
        assert await _listed(store, skip=1, before=run_id(3)) == [run_id(1), run_id(0)]
        assert await _listed(store, skip=6) == []

    async def test_bare_runs_come_without_what_may_be_large(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN, input_json=json("x" * 10_000), tags=("vip",), version="1"), remote("mail"))
        await make(store, created(OTHER), ended(RunStatus.FAILED, OTHER, epoch=0, error=BROKEN))
        (failed, found) = await store.list_runs(RunQuery(bare=True))
        whole = (await snapshot(store)).run
        assert found == Run(
            run_id=RUN,
            workflow=WORKFLOW,
            mode=whole.mode,
            version="1",
            input_json=json(None),
            created_ms=whole.created_ms,
            updated_ms=whole.updated_ms,
            owner=ANN.owner,
            epoch=1,
            due_ms=whole.due_ms,
        )
        assert (failed.status, failed.error, failed.completed_ms) == (RunStatus.FAILED, None, stores.clock.now())


async def _lived(store: Store, run: RunId = RUN) -> None:
    """A run that has ended, with steps of every kind and attempts behind."""
    behind = FailedAttempt(1, BROKEN, 5)
    await make(
        store,
        created(run, by=ANN, tags=("vip",)),
        inserted("pay", scheduled(0, 2, behind), run),
        remote("mail", run=run),
        remote("../a b", run=run),
        inserted("nap", scheduled(60_000), run, kind=StepKind.SLEEP),
        ended(run=run),
    )


async def _listed(store: Store, **query: object) -> list[RunId]:
    return ids(await store.list_runs(RunQuery(**query)))  # type: ignore[arg-type]
