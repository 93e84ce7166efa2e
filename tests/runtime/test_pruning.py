"""What may go is deleted, in small bites and from time to time, and nothing else is."""

import asyncio
from collections.abc import Collection, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pikku import MemoryStore, Pikku, Retention, Services, WorkflowContext, WorkflowService, workflow_func
from pikku.engine.retention import SETTLED_MS, rules_of
from pikku.model.change import Change, Outcome, RunDeleted
from pikku.model.errors import RunNotEndedError, StoreUnavailableError, UnknownRunError
from pikku.model.ids import RunId
from pikku.model.run import Run, RunStatus
from pikku.ports.store import RunQuery
from pikku.runtime import pruner
from pikku.runtime.pruner import LARGEST_BITE, RESTS, Pruner
from pikku.runtime.watch import Watch
from pikku.testing import VirtualClock
from pikku.testing.contracts.scene import ANN, RUN, created, ended, make, run_id

Body = WorkflowContext[Services]
EVERYTHING = RunQuery(limit=100_000)
MINUTE = 60_000
ENDINGS = st.sampled_from(["running", *(status for status in RunStatus if status.ended)])


class Bites(MemoryStore):
    """Notes how many runs are deleted at once."""

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(clock=clock)
        self.sizes: list[int] = []
        self.trouble = False

    async def apply(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        if any(isinstance(change, RunDeleted) for change in changes):
            if self.trouble:
                raise StoreUnavailableError("nowhere", "it is away")
            self.sizes.append(len(changes))
        return await super().apply(changes)


async def _bites(count: int) -> tuple[Bites, VirtualClock]:
    """A store with so many runs that ended long ago."""
    clock = VirtualClock()
    store = Bites(clock)
    await store.open()
    for first in range(0, count, 1_000):
        runs = [run_id(number) for number in range(first, min(first + 1_000, count))]
        await make(store, *(created(run, by=ANN) for run in runs), *(ended(run=run) for run in runs))
        await clock.advance(1)
    await clock.advance("1h")
    return store, clock


async def _prune(store: MemoryStore, clock: VirtualClock, retention: Retention) -> list[RunId]:
    rules = rules_of(retention, "onboarding")
    return [run.run_id for rule in rules async for gone in Pruner(store, clock).prune(rule) for run in gone]


def _kept(runs: Collection[Run], retention: Retention, now: int) -> set[RunId]:
    """What is to be left, said in other words than the code does: run by run, over all runs, newest first."""
    kept, seen = set(), {True: 0, False: 0}
    apart = retention.failed_age is not None or retention.failed_count is not None
    for run in runs:
        if run.completed_ms is None:
            kept.add(run.run_id)
            continue
        failed = apart and run.status is RunStatus.FAILED
        age, count = (
            (retention.failed_age_ms, retention.failed_count) if failed else (retention.age_ms, retention.count)
        )
        seen[failed] += 1
        lasted = now - run.completed_ms
        is_old = age is not None and lasted >= age
        is_too_many = count is not None and seen[failed] > count
        if lasted < SETTLED_MS or not (is_old or is_too_many):
            kept.add(run.run_id)
    return kept


@given(
    lives=st.lists(st.tuples(ENDINGS, st.integers(0, 3), st.integers(0, 8)), max_size=12),
    retention=st.builds(
        Retention,
        age=st.none() | st.sampled_from([0, 2 * MINUTE, 5 * MINUTE]),
        count=st.none() | st.integers(0, 5),
        failed_age=st.none() | st.sampled_from([0, 4 * MINUTE]),
        failed_count=st.none() | st.integers(0, 3),
    ),
    first_bite=st.sampled_from([1, 2, 50]),
)
def test_what_is_left_is_what_the_retention_keeps(
    lives: list[tuple[str, int, int]], retention: Retention, first_bite: int
) -> None:
    async def play() -> None:
        clock = VirtualClock()
        store = MemoryStore(clock=clock)
        await store.open()
        moments: dict[int, list[Change]] = {}
        for number, (ending, began, lasted) in enumerate(lives):
            moments.setdefault(began, []).append(created(run_id(number), by=ANN))
            if ending != "running":
                moments.setdefault(began + lasted, []).append(ended(RunStatus(ending), run_id(number)))
        for minute in range(13):
            await make(store, *moments.get(minute, ()))
            await clock.advance(MINUTE)
        runs = await store.list_runs(EVERYTHING)
        now = clock.now()
        gone = await _prune(store, clock, retention)
        left = {run.run_id for run in await store.list_runs(EVERYTHING)}
        assert left == _kept(runs, retention, now)
        assert sorted(gone) == sorted({run.run_id for run in runs} - left)
        assert await _prune(store, clock, retention) == []

    before, pruner.FIRST_BITE = pruner.FIRST_BITE, first_bite
    try:
        asyncio.run(play())
    finally:
        pruner.FIRST_BITE = before


async def test_bites_grow_while_they_are_quick_and_shrink_when_they_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    store, clock = await _bites(2_200)
    costs = [0] * 5 + [1_000] * 3 + [50] * 2
    # To find the runs takes its time, and so does waiting for the store to delete them.
    readings = iter([reading for cost in costs for reading in (300, 600 + cost)])
    monkeypatch.setattr(clock, "stopwatch", lambda: lambda: next(readings))
    began = clock.now()
    gone = await clock.run(_prune(store, clock, Retention(age="30min")))
    assert store.sizes == [50, 100, 200, 400, LARGEST_BITE, 500, 250, 125, 62, 13]
    assert len(gone) == len(set(gone)) == 2_200
    assert clock.now() - began == RESTS * sum(costs)


async def test_two_at_once_do_no_harm() -> None:
    store, clock = await _bites(1_200)
    both = await asyncio.gather(*(_prune(store, clock, Retention(count=100)) for _ in range(2)))
    gone = [run for each in both for run in each]
    assert len(gone) == len(set(gone)) == 1_100
    assert [run.run_id for run in await store.list_runs(EVERYTHING)] == [run_id(n) for n in range(1_199, 1_099, -1)]


@workflow_func
async def short(ctx: Body) -> str:
    return "done"


async def test_who_works_deletes_what_is_kept_no_longer_and_goes_on_after_trouble() -> None:
    app = Pikku()
    app.wire_workflow(name="short", func=short)
    app.wire_workflow(name="precious", func=short, retention=Retention(age="30d"))
    clock = VirtualClock()
    store = Bites(clock)
    service = WorkflowService(store, retention=Retention(age="1h"))
    async with app.connect(service, work=True, clock=clock) as pikku:
        first, precious = await pikku.start("short"), await pikku.start("precious")
        assert (await first.result(), await precious.result()) == ("done", "done")
        await clock.advance("59min")
        assert store.sizes == []
        last = await pikku.start("short")
        await last.result()
        store.trouble = True
        await clock.advance("5min")
        assert store.sizes == []
        store.trouble = False
        await clock.advance("5min")
        assert store.sizes == [1]
        left = {run.run_id for run in await store.list_runs(EVERYTHING)}
        assert left == {last.run_id, precious.run_id}


async def test_who_waits_for_a_run_hears_that_it_is_gone_however_late_he_looks() -> None:
    store = MemoryStore()
    await store.open()
    await make(store, created(by=ANN))
    watch = Watch(store, 1)
    waiting = asyncio.create_task(watch.ended(RUN))
    await asyncio.sleep(0)
    # While this process stood still, the run ended and was deleted.
    await make(store, ended(), RunDeleted(run_id=RUN))
    watch.start()
    with pytest.raises(UnknownRunError):
        await asyncio.wait_for(waiting, 20)
    await watch.stop()


async def test_one_run_is_deleted_when_it_has_ended() -> None:
    async with WorkflowService(MemoryStore()) as service:
        await make(service.store, created(by=ANN))
        with pytest.raises(RunNotEndedError, match="cancel it first"):
            await service.delete_run(RUN)
        await service.cancel_run(RUN)
        await service.delete_run(RUN)
        assert await service.get_run(RUN) is None
        with pytest.raises(UnknownRunError):
            await service.delete_run(RUN)


async def test_without_a_retention_and_without_work_nothing_is_deleted() -> None:
    app = Pikku()
    app.wire_workflow(name="short", func=short)
    clock = VirtualClock()
    for service, work in (
        (WorkflowService(Bites(clock)), True),
        (WorkflowService(Bites(clock), retention=Retention(count=0)), False),
    ):
        async with app.connect(service, work=work, clock=clock) as pikku:
            await pikku.run("short")
            await clock.advance("365d")
            assert len(await service.list_runs()) == 1
