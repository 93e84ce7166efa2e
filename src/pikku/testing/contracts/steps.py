"""A step's life under the owner of its run."""

from pikku.model.change import FailedAttempt, Refusal
from pikku.model.duration import LONGEST_MS
from pikku.model.step import StepStatus
from pikku.testing.contracts.scene import (
    ANN,
    BROKEN,
    LONG,
    OTHER,
    RUN,
    claimed,
    claimed_steps,
    created,
    failed,
    inserted,
    json,
    make,
    moved,
    nap,
    pending,
    released,
    run_of,
    running,
    scheduled,
    step_of,
    succeeded,
    why_not,
)
from pikku.testing.contracts.stores import Stores


class StepContract:
    """StepInserted and StepMoved: where a step stands afterwards, and when each thing happened."""

    async def test_a_step_inserted_as_pending_has_only_begun_to_exist(self, stores: Stores) -> None:
        store, now = await stores.open(), stores.clock.now()
        await make(store, created(by=ANN), inserted("pay", pending()))
        step = await step_of(store)
        assert (step.run_id, step.key, step.status, step.attempt_count) == (RUN, "pay", StepStatus.PENDING, 1)
        assert (step.created_ms, step.scheduled_ms, step.running_ms, step.completed_ms) == (now, None, None, None)
        assert (step.result_json, step.error, step.due_ms, step.owner, step.epoch) == (None, None, None, None, 0)

    async def test_a_step_inserted_as_scheduled_has_its_due_time(self, stores: Stores) -> None:
        store, now = await stores.open(), stores.clock.now()
        await make(store, created(by=ANN), inserted("pay", scheduled(5_000)))
        step = await step_of(store)
        assert (step.status, step.due_ms) == (StepStatus.SCHEDULED, now + 5_000)
        assert (step.created_ms, step.scheduled_ms, step.running_ms, step.completed_ms) == (now, now, None, None)

    async def test_a_step_inserted_as_running_began_when_it_says(self, stores: Stores) -> None:
        store, now = await stores.open(), stores.clock.now()
        await make(store, created(by=ANN), inserted("pay", running(ran_ms=700)))
        step = await step_of(store)
        assert (step.status, step.created_ms, step.running_ms) == (StepStatus.RUNNING, now - 700, now - 700)
        assert (step.scheduled_ms, step.completed_ms, step.due_ms) == (None, None, None)

    async def test_a_step_inserted_with_its_result_is_finished(self, stores: Stores) -> None:
        store, now = await stores.open(), stores.clock.now()
        await make(store, created(by=ANN), inserted("pay", succeeded({"id": 7}, ran_ms=40)))
        step = await step_of(store)
        assert (step.status, step.result_json, step.error) == (StepStatus.SUCCEEDED, json({"id": 7}), None)
        assert (step.created_ms, step.running_ms, step.completed_ms) == (now - 40, now - 40, now)

    async def test_a_step_inserted_with_its_failure_is_finished(self, stores: Stores) -> None:
        store, now = await stores.open(), stores.clock.now()
        await make(store, created(by=ANN), inserted("pay", failed(ran_ms=None)))
        step = await step_of(store)
        assert (step.status, step.result_json, step.error) == (StepStatus.FAILED, None, BROKEN)
        assert (step.created_ms, step.running_ms, step.completed_ms) == (now, None, now)

    async def test_a_step_inserted_for_its_second_attempt_began_with_the_first(self, stores: Stores) -> None:
        store, now = await stores.open(), stores.clock.now()
        await make(store, created(by=ANN), inserted("pay", scheduled(1_000, 2, FailedAttempt(1, BROKEN, ran_ms=300))))
        step = await step_of(store)
        assert (step.status, step.attempt_count, step.created_ms) == (StepStatus.SCHEDULED, 2, now - 300)
        assert (step.scheduled_ms, step.running_ms, step.error) == (now, None, None)

    async def test_a_step_is_inserted_once(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), inserted("pay", succeeded("first")))
        assert await why_not(store, inserted("pay", succeeded("second"))) is Refusal.EXISTS
        assert (await step_of(store)).result_json == json("first")

    async def test_a_key_belongs_to_its_run_alone(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), created(OTHER, by=ANN))
        await make(store, inserted("pay", succeeded("mine")), inserted("pay", succeeded("theirs"), OTHER))
        assert (await step_of(store)).result_json == json("mine")
        assert (await step_of(store, run=OTHER)).result_json == json("theirs")

    async def test_a_step_goes_through_its_life(self, stores: Stores) -> None:
        store, clock = await stores.open(), stores.clock
        await make(store, created(by=ANN), inserted("pay", pending()))
        born = clock.now()
        await clock.advance("1s")
        await make(store, moved("pay", scheduled(500), was=StepStatus.PENDING))
        await clock.advance("1s")
        await make(store, moved("pay", running(ran_ms=200), was=StepStatus.SCHEDULED))
        step = await step_of(store)
        assert (step.status, step.due_ms, step.running_ms) == (StepStatus.RUNNING, None, born + 1_800)
        await clock.advance("1s")
        await make(store, moved("pay", succeeded("receipt", ran_ms=None), was=StepStatus.RUNNING))
        step = await step_of(store)
        assert (step.status, step.result_json, step.due_ms) == (StepStatus.SUCCEEDED, json("receipt"), None)
        assert (step.created_ms, step.scheduled_ms) == (born, born + 1_000)
        assert (step.running_ms, step.completed_ms) == (born + 1_800, born + 3_000)

    async def test_a_step_that_is_scheduled_again_is_not_running_any_more(self, stores: Stores) -> None:
        store, clock = await stores.open(), stores.clock
        await make(store, created(by=ANN), inserted("pay", running()))
        await clock.advance("1s")
        again = scheduled(5_000, 2, FailedAttempt(1, BROKEN, ran_ms=1_000))
        await make(store, moved("pay", again, was=StepStatus.RUNNING))
        step = await step_of(store)
        assert (step.status, step.attempt_count, step.due_ms) == (StepStatus.SCHEDULED, 2, clock.now() + 5_000)
        assert (step.scheduled_ms, step.running_ms, step.completed_ms) == (clock.now(), None, None)
        assert (step.result_json, step.error) == (None, None)

    async def test_a_move_leaves_the_call_and_the_other_steps_alone(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), inserted("pay", pending(), description="charge"), inserted("b", pending()))
        call, other = (await step_of(store)).call, await step_of(store, "b")
        await make(store, moved("pay", was=StepStatus.PENDING))
        assert (await step_of(store)).call == call
        assert await step_of(store, "b") == other

    async def test_a_move_wants_the_status_it_names(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), inserted("pay", running()))
        before = await step_of(store)
        for was in (StepStatus.PENDING, StepStatus.SCHEDULED, StepStatus.SUCCEEDED, StepStatus.FAILED):
            assert await why_not(store, moved("pay", was=was)) is Refusal.MOVED
        assert await step_of(store) == before
        assert await why_not(store, moved("pay", was=StepStatus.RUNNING)) is None

    async def test_a_move_wants_the_attempt_it_names(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), inserted("pay", running(attempt=2)))
        for attempt in (1, 3):
            assert await why_not(store, moved("pay", was=StepStatus.RUNNING, attempt=attempt)) is Refusal.MOVED
        assert await why_not(store, moved("pay", was=StepStatus.RUNNING, attempt=2)) is None

    async def test_of_two_equal_moves_the_second_is_refused(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), inserted("pay", scheduled()), moved("pay", succeeded("first")))
        assert await why_not(store, moved("pay", succeeded("second"))) is Refusal.MOVED
        assert (await step_of(store)).result_json == json("first")

    async def test_a_sleep_ends_when_it_is_due_and_not_before(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), nap(300_000))
        over = moved("nap", succeeded(), only_when_due=True)
        assert await why_not(store, over) is Refusal.EARLY
        await stores.clock.advance(299_999)
        assert await why_not(store, over) is Refusal.EARLY
        assert (await step_of(store, "nap")).status is StepStatus.SCHEDULED
        await stores.clock.advance(1)
        assert await why_not(store, over) is None
        assert (await step_of(store, "nap")).status is StepStatus.SUCCEEDED

    async def test_a_step_without_a_due_time_is_never_due(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), inserted("pay", scheduled(None)))
        await stores.clock.advance(LONG)
        assert await why_not(store, moved("pay", only_when_due=True)) is Refusal.EARLY

    async def test_only_a_sleep_asks_to_be_due(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), inserted("pay", scheduled(60_000)))
        assert await why_not(store, moved("pay")) is None

    async def test_the_longest_sleep_can_be_stored(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), nap(LONGEST_MS), released(LONGEST_MS))
        due = stores.clock.now() + LONGEST_MS
        assert ((await step_of(store, "nap")).due_ms, (await run_of(store)).due_ms) == (due, due)

    async def test_steps_of_the_body_are_not_for_step_workers(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), inserted("a", scheduled(0), rpc_name="email.send"), nap(0))
        assert await claimed_steps(store) == []

    async def test_what_a_step_does_is_no_reason_to_claim_its_run(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), inserted("a", scheduled(0)), released(None))
        assert await claimed(store) == []
