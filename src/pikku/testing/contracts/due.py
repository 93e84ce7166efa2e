"""How long until there is something to claim."""

from pikku.model.change import Held, Lease
from pikku.model.step import StepStatus
from pikku.testing.contracts.scene import (
    ANN,
    BOB,
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
    inserted,
    make,
    moved,
    nap,
    released,
    remote,
    scheduled,
    woken,
)
from pikku.testing.contracts.stores import Stores


class DueContract:
    """next_due."""

    async def test_an_empty_store_waits_for_nothing(self, stores: Stores) -> None:
        store = await stores.open()
        assert await store.next_due([WORKFLOW], [FUNCTION]) is None

    async def test_a_due_run_is_due_now_however_long_it_waits(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created())
        assert await store.next_due([WORKFLOW], []) == 0
        await stores.clock.advance(LONG)
        assert await store.next_due([WORKFLOW], []) == 0

    async def test_an_owned_run_is_due_at_the_end_of_its_lease(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created())
        await claimed(store, Lease("ann", 9_000))
        assert await store.next_due([WORKFLOW], []) == 9_000
        await stores.clock.advance("2s")
        assert await store.next_due([WORKFLOW], []) == 7_000
        store.renew(ANN, [Held(RUN, 1)])
        assert await store.next_due([WORKFLOW], []) == TTL

    async def test_what_the_asker_holds_does_not_count(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(), created(OTHER, by=ANN), remote("mail", run=OTHER), released(70_000, run=OTHER))
        await claimed(store, ANN)
        await claimed_steps(store, ANN)
        assert await store.next_due([WORKFLOW], [FUNCTION]) == TTL
        assert await store.next_due([WORKFLOW], [FUNCTION], BOB.owner) == TTL
        assert await store.next_due([WORKFLOW], [FUNCTION], ANN.owner) == 70_000
        assert await store.next_due([], [FUNCTION], ANN.owner) is None

    async def test_a_released_run_is_due_when_it_said(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), released(5_000))
        assert await store.next_due([WORKFLOW], []) == 5_000

    async def test_a_run_that_waits_to_be_woken_waits_for_no_time(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), released(None))
        assert await store.next_due([WORKFLOW], [FUNCTION]) is None
        await make(store, woken())
        assert await store.next_due([WORKFLOW], [FUNCTION]) == 0

    async def test_a_remote_step_is_due_at_its_time(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), released(None), remote("mail", 5_000))
        assert await store.next_due([WORKFLOW], [FUNCTION]) == 5_000
        await stores.clock.advance("6s")
        assert await store.next_due([WORKFLOW], [FUNCTION]) == 0

    async def test_a_step_that_is_being_executed_is_due_at_the_end_of_its_lease(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), released(None), remote("mail"))
        await claimed_steps(store, Lease("worker", 9_000))
        assert await store.next_due([], [FUNCTION]) == 9_000
        await make(store, moved("mail", was=StepStatus.RUNNING, step_epoch=1))
        assert await store.next_due([], [FUNCTION]) is None

    async def test_a_step_without_a_due_time_waits_for_no_time(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), remote("mail", None))
        assert await store.next_due([], [FUNCTION]) is None

    async def test_steps_of_the_body_are_not_waited_for(self, stores: Stores) -> None:
        store = await stores.open()
        own = inserted("own", scheduled(1_000), rpc_name=FUNCTION)
        await make(store, created(by=ANN), own, nap(1_000))
        assert await store.next_due([], [FUNCTION]) is None

    async def test_the_soonest_of_all_counts(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), remote("late", 9_000), remote("soon", 4_000), released(7_000))
        await make(store, created(OTHER, by=BOB))
        assert await store.next_due([WORKFLOW], [FUNCTION]) == 4_000
        assert await store.next_due([WORKFLOW], []) == 7_000

    async def test_only_the_named_workflows_and_functions_count(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN, workflow="billing"), remote("pay", 3_000, function="pay"), released(6_000))
        assert await store.next_due([WORKFLOW], [FUNCTION]) is None
        assert await store.next_due([], []) is None
        assert await store.next_due({"billing"}, [FUNCTION]) == 6_000
        assert await store.next_due([WORKFLOW], {"pay"}) == 3_000

    async def test_nothing_of_an_ended_run_is_waited_for(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), remote("mail", 1_000), ended())
        assert await store.next_due([WORKFLOW], [FUNCTION]) is None
