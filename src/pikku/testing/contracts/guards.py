"""Who may write: the guards of every change, their order, and batches in which some changes are refused."""

from pikku.model.change import Applied, Held, Refusal, Refused
from pikku.model.run import RunStatus
from pikku.model.step import StepStatus
from pikku.testing.contracts.scene import (
    ANN,
    BOB,
    NOBODY,
    OTHER,
    RUN,
    WORKFLOW,
    claimed,
    claimed_steps,
    created,
    ended,
    every_change_of,
    inserted,
    json,
    make,
    moved,
    nap,
    pending,
    released,
    remote,
    run_id,
    run_of,
    running,
    snapshot,
    step_of,
    succeeded,
    why_not,
    woken,
)
from pikku.testing.contracts.stores import Stores


class GuardContract:
    """Refusals: missing, ended, stale, exists (of a step), moved, early; in this order."""

    async def test_every_change_of_an_unknown_run_is_refused_as_missing(self, stores: Stores) -> None:
        store = await stores.open()
        for change in every_change_of(NOBODY):
            assert await why_not(store, change) is Refusal.MISSING, change
        assert await store.load([NOBODY]) == []
        assert await store.history(NOBODY) == []

    async def test_a_late_owner_can_change_nothing(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), inserted("open", pending()))
        await stores.clock.advance("30s")
        assert await claimed(store, BOB) == [RUN]
        before = await snapshot(store)
        late = (
            ended(epoch=1),
            released(0, epoch=1),
            inserted("new", epoch=1),
            moved("open", was=StepStatus.PENDING, run_epoch=1),
        )
        for change in late:
            assert await why_not(store, change) is Refusal.STALE, change
        assert await snapshot(store) == before
        assert [each.status for each in await store.history(RUN)] == [StepStatus.PENDING]

    async def test_the_new_owner_can_change_everything(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), inserted("open", pending()))
        await stores.clock.advance("30s")
        await claimed(store, BOB)
        await make(
            store,
            inserted("new", epoch=2),
            moved("open", was=StepStatus.PENDING, run_epoch=2),
            released(0, epoch=2),
        )

    async def test_an_epoch_that_is_yet_to_come_is_refused_too(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), inserted("open", pending()))
        future = (
            ended(epoch=2),
            released(0, epoch=2),
            inserted("new", epoch=2),
            moved("open", was=StepStatus.PENDING, run_epoch=2),
        )
        for change in future:
            assert await why_not(store, change) is Refusal.STALE, change

    async def test_the_late_owner_is_refused_by_another_store_as_well(self, stores: Stores) -> None:
        mine, theirs = await stores.open(), await stores.open()
        await make(mine, created(by=ANN))
        await stores.clock.advance("30s")
        assert await claimed(theirs, BOB) == [RUN]
        assert await why_not(mine, inserted("new", epoch=1)) is Refusal.STALE
        assert await why_not(theirs, inserted("new", epoch=2)) is None
        assert await why_not(mine, ended(epoch=1)) is Refusal.STALE

    async def test_a_lease_that_ran_out_still_writes_until_somebody_claims_the_run(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN))
        await stores.clock.advance("1h")
        assert await why_not(store, inserted("pay")) is None

    async def test_a_late_step_worker_can_change_nothing(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), remote("mail"))
        assert await claimed_steps(store, ANN) == ["mail"]
        await stores.clock.advance("30s")
        assert await claimed_steps(store, BOB) == ["mail"]
        before = await snapshot(store)
        for attempt in (1, 2):
            late = moved("mail", was=StepStatus.RUNNING, attempt=attempt, step_epoch=1)
            assert await why_not(store, late) is Refusal.STALE
        assert await snapshot(store) == before
        assert await why_not(store, moved("mail", was=StepStatus.RUNNING, attempt=2, step_epoch=2)) is None

    async def test_a_step_worker_needs_no_epoch_of_the_run(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), remote("mail"))
        await claimed_steps(store)
        await stores.clock.advance("30s")
        await claimed(store, BOB)
        assert await why_not(store, moved("mail", was=StepStatus.RUNNING, step_epoch=1)) is None
        step = await step_of(store, "mail")
        assert (step.status, step.owner) == (StepStatus.SUCCEEDED, None)

    async def test_only_an_owner_can_release(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(), created(OTHER, by=ANN), released(None, OTHER))
        assert await why_not(store, released(0, epoch=0)) is Refusal.STALE
        assert await why_not(store, released(0, OTHER, epoch=1)) is Refusal.STALE
        assert (await run_of(store, OTHER)).due_ms is None

    async def test_ended_comes_before_everything_but_missing(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), inserted("pay"), nap(60_000), ended())
        for change in (
            ended(epoch=7),
            released(0, epoch=7),
            woken(),
            inserted("pay", epoch=7),
            inserted("pay", epoch=1),
            moved("unknown"),
            moved("pay", run_epoch=7),
            moved("pay", was=StepStatus.PENDING),
            moved("nap", was=StepStatus.FAILED, only_when_due=True),
        ):
            assert await why_not(store, change) is Refusal.ENDED, change

    async def test_a_missing_step_comes_before_a_stale_epoch(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN))
        assert await why_not(store, moved("unknown", run_epoch=1)) is Refusal.MISSING
        assert await why_not(store, moved("unknown", run_epoch=7)) is Refusal.MISSING
        assert await why_not(store, moved("unknown", step_epoch=7)) is Refusal.MISSING

    async def test_stale_comes_before_exists_and_moved_and_early(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), inserted("pay"), nap(60_000))
        assert await why_not(store, inserted("pay", epoch=7)) is Refusal.STALE
        assert await why_not(store, moved("pay", was=StepStatus.RUNNING, run_epoch=7)) is Refusal.STALE
        assert await why_not(store, moved("pay", was=StepStatus.RUNNING, step_epoch=7)) is Refusal.STALE
        assert await why_not(store, moved("nap", run_epoch=7, only_when_due=True)) is Refusal.STALE

    async def test_moved_comes_before_early(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), nap(60_000))
        assert await why_not(store, moved("nap", attempt=2, only_when_due=True)) is Refusal.MOVED
        assert await why_not(store, moved("nap", was=StepStatus.RUNNING, only_when_due=True)) is Refusal.MOVED

    async def test_a_refused_change_does_not_hinder_the_others(self, stores: Stores) -> None:
        store = await stores.open()
        outcomes = await store.apply(
            [
                created(by=ANN),
                inserted("pay", run=NOBODY),
                inserted("pay", succeeded("first")),
                inserted("pay", succeeded("second")),
                moved("nothing"),
                created(OTHER),
                inserted("new", run=OTHER, epoch=3),
                inserted("last", pending()),
            ]
        )
        applied = Applied(stores.clock.now())
        assert list(outcomes) == [
            applied,
            Refused(Refusal.MISSING),
            applied,
            Refused(Refusal.EXISTS),
            Refused(Refusal.MISSING),
            applied,
            Refused(Refusal.STALE),
            applied,
        ]
        found = await snapshot(store)
        assert sorted(found.steps) == ["last", "pay"]
        assert found.steps["pay"].result_json == json("first")
        assert (await snapshot(store, OTHER)).steps == {}

    async def test_changes_of_a_batch_are_made_in_order(self, stores: Stores) -> None:
        store = await stores.open()
        await make(
            store,
            created(by=ANN),
            inserted("pay", pending()),
            moved("pay", running(), was=StepStatus.PENDING),
            moved("pay", succeeded("receipt"), was=StepStatus.RUNNING),
            woken(),
            ended(RunStatus.COMPLETED, output_json=json("done")),
        )
        found = await snapshot(store)
        assert (found.run.status, found.run.wakes, found.steps["pay"].status) == (
            RunStatus.COMPLETED,
            1,
            StepStatus.SUCCEEDED,
        )
        assert await store.apply([ended(), created(by=ANN), created(OTHER), ended(epoch=0, run=OTHER)]) == [
            Refused(Refusal.ENDED),
            Refused(Refusal.EXISTS),
            Applied(stores.clock.now()),
            Applied(stores.clock.now()),
        ]

    async def test_a_run_created_twice_in_a_batch_is_created_once(self, stores: Stores) -> None:
        store = await stores.open()
        first, second = await store.apply([created(input_json=json(1)), created(input_json=json(2))])
        assert (first, second) == (Applied(stores.clock.now()), Refused(Refusal.EXISTS))
        assert (await run_of(store)).input == 1

    async def test_a_batch_may_be_of_many_runs(self, stores: Stores) -> None:
        store = await stores.open()
        runs = [run_id(number) for number in range(50)]
        await make(store, *(created(run, by=ANN) for run in runs))
        batch = [inserted(key, succeeded(f"{key} of {run}"), run) for key in ("a", "b") for run in runs]
        await make(store, *batch, *(ended(run=run) for run in runs[::2]))
        found = {each.run.run_id: each for each in await store.load(runs)}
        assert set(found) == set(runs)
        for number, run in enumerate(runs):
            assert {key: step.result_json for key, step in found[run].steps.items()} == {
                "a": json(f"a of {run}"),
                "b": json(f"b of {run}"),
            }
            assert found[run].run.status is (RunStatus.RUNNING if number % 2 else RunStatus.COMPLETED)

    async def test_an_empty_batch_does_nothing(self, stores: Stores) -> None:
        store = await stores.open()
        assert list(await store.apply([])) == []

    async def test_the_time_of_a_change_is_the_time_of_the_store(self, stores: Stores) -> None:
        store = await stores.open()
        await stores.clock.advance("90s")
        assert await store.apply([created(by=ANN)]) == [Applied(stores.clock.now())]
        await stores.clock.advance("1ms")
        assert await store.apply([inserted("pay")]) == [Applied(stores.clock.now())]

    async def test_a_late_renewal_is_told_apart_from_a_good_one(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), created(OTHER, by=ANN))
        await stores.clock.advance("30s")
        (taken,) = await store.claim_runs(BOB, [WORKFLOW], 1)
        lost = store.renew(ANN, [Held(RUN, 1), Held(OTHER, 1)])
        assert list(lost) == [Held(taken.run_id, 1)]
