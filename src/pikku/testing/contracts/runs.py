"""A run's life: created, handed back, woken, ended."""

from pikku.model.change import Refusal
from pikku.model.run import ExecutionMode, RunStatus
from pikku.model.step import StepStatus
from pikku.testing.contracts.scene import (
    ABANDONED,
    ANN,
    BOB,
    BROKEN,
    FUNCTION,
    LONG,
    OTHER,
    RUN,
    TTL,
    WORKFLOW,
    claimed,
    claimed_steps,
    created,
    ended,
    every_change_of,
    inserted,
    json,
    make,
    pending,
    released,
    remote,
    run_id,
    run_of,
    running,
    scheduled,
    snapshot,
    succeeded,
    why_not,
    woken,
)
from pikku.testing.contracts.stores import Stores


class RunContract:
    """RunCreated, RunReleased, RunWoken and RunMoved."""

    async def test_a_run_keeps_what_it_was_created_with(self, stores: Stores) -> None:
        store, now = await stores.open(), stores.clock.now()
        await make(
            store,
            created(
                input_json=json({"email": "ada@example.org"}),
                mode=ExecutionMode.REMOTE,
                tags=("vip", "eu"),
                version="2024-1",
            ),
        )
        run = await run_of(store)
        assert (run.run_id, run.workflow, run.status) == (RUN, WORKFLOW, RunStatus.RUNNING)
        assert (run.input, run.mode, run.tags, run.version) == (
            {"email": "ada@example.org"},
            ExecutionMode.REMOTE,
            ("vip", "eu"),
            "2024-1",
        )
        assert (run.created_ms, run.updated_ms, run.completed_ms) == (now, now, None)
        assert (run.output_json, run.error, run.waiting_on, run.wakes) == (None, None, (), 0)

    async def test_a_run_created_with_a_lease_is_owned_in_epoch_one(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN))
        run = await run_of(store)
        assert (run.owner, run.epoch, run.due_ms) == ("ann", 1, stores.clock.now() + TTL)

    async def test_a_run_created_without_a_lease_is_due_at_once(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created())
        run = await run_of(store)
        assert (run.owner, run.epoch, run.due_ms) == (None, 0, stores.clock.now())
        assert await claimed(store) == [RUN]

    async def test_a_run_is_created_once(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN, input_json=json("first")))
        before = await snapshot(store)
        assert await why_not(store, created(by=BOB, input_json=json("second"))) is Refusal.EXISTS
        assert await snapshot(store) == before

    async def test_a_run_is_not_created_again_after_its_end(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), ended())
        assert await why_not(store, created(by=ANN)) is Refusal.EXISTS
        assert (await run_of(store)).status is RunStatus.COMPLETED

    async def test_a_completed_run_has_its_output(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN))
        await stores.clock.advance("1min")
        await make(store, ended(output_json=json([1, 2])))
        run, now = await run_of(store), stores.clock.now()
        assert (run.status, run.output, run.error) == (RunStatus.COMPLETED, [1, 2], None)
        assert (run.completed_ms, run.updated_ms) == (now, now)
        assert (run.owner, run.due_ms, run.waiting_on) == (None, None, ())

    async def test_a_failed_and_a_cancelled_run_have_their_errors(self, stores: Stores) -> None:
        store = await stores.open()
        for name, status in ((RUN, RunStatus.FAILED), (OTHER, RunStatus.CANCELLED)):
            await make(store, created(name, by=ANN), ended(status, name, error=BROKEN))
            run = await run_of(store, name)
            assert (run.status, run.output_json, run.error) == (status, None, BROKEN)
            assert run.completed_ms == stores.clock.now()

    async def test_the_end_of_a_run_abandons_its_unfinished_steps(self, stores: Stores) -> None:
        store = await stores.open()
        await make(
            store,
            created(by=ANN),
            inserted("pending", pending()),
            inserted("scheduled", scheduled(60_000)),
            inserted("running", running(attempt=2)),
            remote("mail"),
        )
        assert await claimed_steps(store) == ["mail"]
        await stores.clock.advance("1s")
        await make(store, ended())
        for step in (await snapshot(store)).steps.values():
            assert (step.status, step.error, step.completed_ms) == (StepStatus.FAILED, ABANDONED, stores.clock.now())
            assert (step.due_ms, step.owner, step.result_json) == (None, None, None)
            assert step.attempt_count == (2 if step.key == "running" else 1)

    async def test_the_end_of_a_run_leaves_its_finished_steps_alone(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), inserted("pay", succeeded("receipt")), inserted("open", pending()))
        before = (await snapshot(store)).steps["pay"]
        await stores.clock.advance("1s")
        await make(store, ended(RunStatus.CANCELLED))
        assert (await snapshot(store)).steps["pay"] == before

    async def test_the_end_of_a_run_leaves_other_runs_alone(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), created(OTHER, by=ANN), inserted("pay", pending(), OTHER))
        before = await snapshot(store, OTHER)
        await make(store, ended())
        assert await snapshot(store, OTHER) == before

    async def test_nothing_of_an_ended_run_is_ever_due(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), remote("mail"), remote("later", 60_000), ended())
        await stores.clock.advance(LONG)
        assert await claimed(store) == []
        assert await claimed_steps(store) == []
        assert await store.next_due([WORKFLOW], [FUNCTION]) is None

    async def test_an_order_without_an_epoch_ends_a_run_whoever_owns_it(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), created(OTHER))
        await make(store, ended(RunStatus.CANCELLED, epoch=None), ended(RunStatus.CANCELLED, OTHER, epoch=None))
        assert (await run_of(store)).status is RunStatus.CANCELLED
        assert (await run_of(store, OTHER)).status is RunStatus.CANCELLED

    async def test_no_change_moves_an_ended_run(self, stores: Stores) -> None:
        store = await stores.open()
        for number, status in enumerate((RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED), 1):
            run = run_id(number)
            await make(store, created(run, by=ANN), inserted("pay", scheduled(0), run), ended(status, run))
            before = await snapshot(store, run)
            await stores.clock.advance("1h")
            for change in every_change_of(run):
                assert await why_not(store, change) is Refusal.ENDED, change
            after = await snapshot(store, run)
            assert (after.run, after.steps) == (before.run, before.steps)

    async def test_a_released_run_is_due_after_its_delay(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), released(5_000))
        run = await run_of(store)
        assert (run.owner, run.epoch, run.due_ms) == (None, 1, stores.clock.now() + 5_000)
        await stores.clock.advance(4_999)
        assert await claimed(store) == []
        await stores.clock.advance(1)
        assert await claimed(store) == [RUN]

    async def test_a_run_released_for_zero_is_due_now(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), released(0))
        assert await claimed(store) == [RUN]

    async def test_a_run_released_without_a_delay_waits_to_be_woken(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), released(None))
        await stores.clock.advance(LONG)
        assert (await run_of(store)).due_ms is None
        assert await claimed(store) == []
        await make(store, woken())
        assert await claimed(store) == [RUN]

    async def test_a_run_woken_since_its_owner_looked_is_due_at_once(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), woken(), woken(), released(None, seen_wakes=1))
        await make(store, created(OTHER, by=ANN), woken(OTHER), released(60_000, OTHER, seen_wakes=0))
        assert sorted(await claimed(store)) == [RUN, OTHER]

    async def test_a_run_is_not_due_for_wakes_that_its_owner_has_seen(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), woken(), woken(), released(None, seen_wakes=2))
        await make(store, created(OTHER, by=ANN), woken(OTHER), released(60_000, OTHER, seen_wakes=1))
        assert await claimed(store) == []

    async def test_waking_an_owned_run_is_counted_and_takes_nothing_from_its_owner(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN))
        due = stores.clock.now() + TTL
        await stores.clock.advance("1s")
        await make(store, woken())
        run = await run_of(store)
        assert (run.wakes, run.owner, run.epoch, run.due_ms) == (1, "ann", 1, due)
        assert run.updated_ms == stores.clock.now()
        assert await claimed(store) == []

    async def test_waking_an_unowned_run_makes_it_due_before_its_time(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), released(60_000), woken())
        assert (await run_of(store)).due_ms == stores.clock.now()
        assert await claimed(store) == [RUN]

    async def test_waking_a_run_that_is_due_keeps_its_place_in_the_queue(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created())
        due = stores.clock.now()
        await stores.clock.advance("1min")
        await make(store, woken())
        assert (await run_of(store)).due_ms == due

    async def test_wakes_are_counted_through_all_owners(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), woken(), released(None, seen_wakes=1), woken())
        (run,) = await store.claim_runs(BOB, [WORKFLOW], 1)
        assert (run.wakes, run.epoch) == (2, 2)
