"""Every attempt of every step, in order of time."""

from pikku.model.change import FailedAttempt
from pikku.model.failure import LOST, Failure
from pikku.model.ids import RunId
from pikku.model.step import StepKind, StepStatus
from pikku.ports.store import Store
from pikku.testing.contracts.scene import (
    ABANDONED,
    ANN,
    BROKEN,
    NOBODY,
    OTHER,
    RUN,
    created,
    ended,
    failed,
    inserted,
    json,
    make,
    moved,
    nap,
    pending,
    remote,
    running,
    scheduled,
    succeeded,
)
from pikku.testing.contracts.stores import Stores

TIMEOUT = Failure(type="TimeoutError", message="no answer")


class HistoryContract:
    """history."""

    async def test_an_unknown_run_has_no_history(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(OTHER, by=ANN), inserted("pay", run=OTHER))
        assert list(await store.history(NOBODY)) == []

    async def test_a_run_without_steps_has_no_history(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), created(OTHER, by=ANN), inserted("pay", run=OTHER))
        assert list(await store.history(RUN)) == []

    async def test_an_attempt_tells_all_about_itself(self, stores: Stores) -> None:
        store, now = await stores.open(), stores.clock.now()
        call = inserted("pay#1", succeeded({"id": 7}, ran_ms=40), name="pay", kind=StepKind.RPC, rpc_name="pay")
        await make(store, created(by=ANN), call)
        (attempt,) = await store.history(RUN)
        assert (attempt.run_id, attempt.key, attempt.step_name, attempt.kind) == (RUN, "pay#1", "pay", StepKind.RPC)
        assert (attempt.status, attempt.attempt_count) == (StepStatus.SUCCEEDED, 1)
        assert (attempt.result_json, attempt.error) == (json({"id": 7}), None)
        assert (attempt.created_ms, attempt.completed_ms) == (now - 40, now)

    async def test_attempts_that_failed_come_before_the_one_that_succeeded(self, stores: Stores) -> None:
        store, clock = await stores.open(), stores.clock
        begin = clock.now()
        await make(store, created(by=ANN), inserted("pay", scheduled(1_000, 2, FailedAttempt(1, BROKEN, 100))))
        await clock.advance("1s")
        await make(store, moved("pay", scheduled(1_000, 3, FailedAttempt(2, TIMEOUT, 200)), attempt=2))
        await clock.advance("1s")
        await make(store, moved("pay", succeeded("receipt", 3, ran_ms=50), attempt=3))
        found = await store.history(RUN)
        assert [(each.attempt_count, each.status, each.error, each.result_json) for each in found] == [
            (1, StepStatus.FAILED, BROKEN, None),
            (2, StepStatus.FAILED, TIMEOUT, None),
            (3, StepStatus.SUCCEEDED, None, json("receipt")),
        ]
        assert [(each.created_ms - begin, (each.completed_ms or 0) - begin) for each in found] == [
            (-100, 0),
            (800, 1_000),
            (1_950, 2_000),
        ]
        assert {(each.step_name, each.kind, each.run_id) for each in found} == {("pay", StepKind.INLINE, RUN)}

    async def test_a_step_that_failed_for_good_shows_all_its_attempts(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), inserted("pay", scheduled(0, 2, FailedAttempt(1, BROKEN, 0))))
        await stores.clock.advance("1s")
        await make(store, moved("pay", failed(TIMEOUT, 2), attempt=2))
        assert [(each.attempt_count, each.error) for each in await store.history(RUN)] == [(1, BROKEN), (2, TIMEOUT)]

    async def test_an_attempt_that_was_seen_running_keeps_its_beginning(self, stores: Stores) -> None:
        store, clock = await stores.open(), stores.clock
        await make(store, created(by=ANN), inserted("pay", running(ran_ms=500)))
        begin = clock.now() - 500
        await clock.advance("1s")
        again = running(attempt=2, failed=FailedAttempt(1, LOST))
        await make(store, moved("pay", again, was=StepStatus.RUNNING))
        lost, current = await store.history(RUN)
        assert (lost.created_ms, lost.completed_ms, lost.error) == (begin, clock.now(), LOST)
        assert (current.created_ms, current.status, current.attempt_count) == (clock.now(), StepStatus.RUNNING, 2)

    async def test_unfinished_attempts_tell_how_far_they_are(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), inserted("a", pending()), inserted("b", running(), position=1))
        await make(store, inserted("c", scheduled(60_000), position=2))
        assert [(each.key, each.status, each.completed_ms) for each in await store.history(RUN)] == [
            ("a", StepStatus.PENDING, None),
            ("b", StepStatus.RUNNING, None),
            ("c", StepStatus.SCHEDULED, None),
        ]

    async def test_the_end_of_a_run_shows_in_its_unfinished_attempts(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), remote("mail"), ended())
        (attempt,) = await store.history(RUN)
        assert (attempt.status, attempt.error, attempt.completed_ms) == (
            StepStatus.FAILED,
            ABANDONED,
            stores.clock.now(),
        )

    async def test_attempts_are_in_the_order_in_which_they_began(self, stores: Stores) -> None:
        store = await stores.open()
        await stores.clock.advance("1min")
        await make(store, created(by=ANN))
        await make(store, inserted("quick", succeeded(ran_ms=100), position=0))
        await make(store, inserted("slow", succeeded(ran_ms=900), position=1))
        await make(store, inserted("middle", succeeded(ran_ms=500), position=2))
        assert await _keys(store) == ["slow", "middle", "quick"]

    async def test_attempts_of_one_instant_are_in_the_order_of_their_calls(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN))
        for key, position in (("c", 11), ("b", 2), ("z", 0), ("a", 10)):
            await make(store, inserted(key, position=position))
        assert await _keys(store) == ["z", "b", "a", "c"]

    async def test_attempts_of_several_steps_are_interleaved(self, stores: Stores) -> None:
        store, clock = await stores.open(), stores.clock
        await make(store, created(by=ANN), inserted("a", scheduled(1_000, 2, FailedAttempt(1, BROKEN, 0)), position=0))
        await clock.advance("500ms")
        await make(store, inserted("b", succeeded(), position=1))
        await clock.advance("500ms")
        await make(store, moved("a", succeeded(attempt=2), attempt=2))
        found = [(each.key, each.attempt_count) for each in await store.history(RUN)]
        assert found == [("a", 1), ("b", 1), ("a", 2)]

    async def test_a_sleep_is_in_the_history(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), nap(1_000))
        begin = stores.clock.now()
        await stores.clock.advance("1s")
        await make(store, moved("nap", succeeded(ran_ms=None), only_when_due=True))
        (attempt,) = await store.history(RUN)
        assert (attempt.kind, attempt.created_ms, attempt.completed_ms) == (StepKind.SLEEP, begin, begin + 1_000)

    async def test_a_refused_change_leaves_no_attempt_behind(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), inserted("pay", running()))
        behind = scheduled(0, 2, FailedAttempt(1, BROKEN, 0))
        await store.apply([moved("pay", behind, was=StepStatus.SCHEDULED), inserted("pay", behind)])
        await store.apply([moved("pay", behind, was=StepStatus.RUNNING, run_epoch=7)])
        assert [each.attempt_count for each in await store.history(RUN)] == [1]

    async def test_every_run_has_its_own_history(self, stores: Stores) -> None:
        store = await stores.open()
        behind = scheduled(0, 2, FailedAttempt(1, BROKEN, 0))
        await make(store, created(by=ANN), created(OTHER, by=ANN), inserted("pay", behind), inserted("pay", run=OTHER))
        assert await _keys(store) == ["pay", "pay"]
        assert await _keys(store, OTHER) == ["pay"]


async def _keys(store: Store, run: RunId = RUN) -> list[str]:
    return [attempt.key for attempt in await store.history(run)]
