"""Opening, closing, and what stays."""

import asyncio
from collections.abc import Awaitable, Callable

from pikku.model.change import Applied, Held
from pikku.model.errors import ClosedStoreError
from pikku.model.run import RunStatus
from pikku.ports.store import RunQuery, Store
from pikku.testing.contracts.scene import (
    ANN,
    FUNCTION,
    RUN,
    TTL,
    WORKFLOW,
    claimed,
    claimed_steps,
    created,
    ended,
    inserted,
    json,
    make,
    nap,
    remote,
    run_of,
    snapshot,
    step_of,
    succeeded,
    woken,
)
from pikku.testing.contracts.stores import Stores

MANY = 1_000

VERBS: dict[str, Callable[[Store], Awaitable[object]]] = {
    "apply": lambda store: store.apply([woken()]),
    "load": lambda store: store.load([RUN]),
    "claim_runs": lambda store: store.claim_runs(ANN, [WORKFLOW], 1),
    "claim_steps": lambda store: store.claim_steps(ANN, [FUNCTION], 1),
    "renew": lambda store: asyncio.to_thread(store.renew, ANN, [Held(RUN, 1)]),
    "next_due": lambda store: store.next_due([WORKFLOW], [FUNCTION]),
    "get_run": lambda store: store.get_run(RUN),
    "list_runs": lambda store: store.list_runs(RunQuery()),
    "history": lambda store: store.history(RUN),
}


class LifecycleContract:
    """open, close, and that what was applied is there."""

    async def test_closing_twice_does_no_harm(self, stores: Stores) -> None:
        store = await stores.open()
        await store.close()
        await store.close()

    async def test_every_verb_of_a_closed_store_says_that_it_is_closed(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN))
        await store.close()
        for name, verb in VERBS.items():
            assert await _is_refused_as_closed(store, verb), name

    async def test_a_closed_store_can_be_opened_again(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), inserted("pay"), nap(60_000))
        before = await snapshot(store)
        await store.close()
        await store.open()
        assert await snapshot(store) == before
        await make(store, inserted("more"), ended())

    async def test_opening_an_open_store_loses_nothing(self, stores: Stores) -> None:
        first = await stores.open()
        await make(first, created(by=ANN))
        second = await stores.open()
        assert await snapshot(second) == await snapshot(first)
        await make(first, inserted("pay"))
        assert sorted((await snapshot(second)).steps) == ["pay"]

    async def test_what_was_applied_is_there_for_the_next_store(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), inserted("pay", succeeded("receipt")), nap(60_000), remote("mail"), woken())
        await claimed_steps(store)
        found, run, history = await snapshot(store), await run_of(store), await store.history(RUN)
        await store.close()
        again = await stores.open()
        assert (await snapshot(again), await run_of(again), await again.history(RUN)) == (found, run, history)
        await stores.clock.advance(TTL)
        assert (await claimed(again), await claimed_steps(again)) == ([RUN], ["mail"])

    async def test_what_was_claimed_and_renewed_is_claimed_for_the_next_store(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created())
        await claimed(store, ANN)
        await stores.clock.advance("10s")
        store.renew(ANN, [Held(RUN, 1)])
        await store.close()
        again = await stores.open()
        await stores.clock.advance(TTL - 1)
        assert await claimed(again) == []
        await stores.clock.advance(1)
        assert await claimed(again) == [RUN]

    async def test_a_thousand_steps_of_one_batch_are_all_there(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN))
        await make(store, *(inserted(f"step#{n}", succeeded(n), position=n) for n in range(MANY)))
        await _has_all_steps(await stores.open())

    async def test_a_thousand_steps_one_at_a_time_are_all_there(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN))
        for n in range(MANY):
            await make(store, inserted(f"step#{n}", succeeded(n), position=n))
        await _has_all_steps(await stores.open())

    async def test_concurrent_batches_are_all_made(self, stores: Stores) -> None:
        mine, theirs = await stores.open(), await stores.open()
        await make(mine, created(by=ANN))
        writes = [
            make(store, *(inserted(f"step#{n}", succeeded(n), position=n) for n in range(first, first + 50)))
            for number, store in enumerate((mine, theirs))
            for first in range(number * 50, MANY, 100)
        ]
        await asyncio.gather(*writes)
        await _has_all_steps(mine)
        await _has_all_steps(theirs)

    async def test_of_concurrent_ends_one_is_made(self, stores: Stores) -> None:
        mine, theirs = await stores.open(), await stores.open()
        await make(mine, created(by=ANN))
        ends = [(store, status) for store in (mine, theirs) for status in RunStatus if status.ended]
        outcomes = await asyncio.gather(*(store.apply([ended(status)]) for store, status in ends))
        applied = Applied(stores.clock.now())
        (winner,) = [status for (_, status), (outcome,) in zip(ends, outcomes, strict=True) if outcome == applied]
        assert (await run_of(mine)).status is (await run_of(theirs)).status is winner


async def _is_refused_as_closed(store: Store, verb: Callable[[Store], Awaitable[object]]) -> bool:
    try:
        await verb(store)
    except ClosedStoreError:
        return True
    return False


async def _has_all_steps(store: Store) -> None:
    found = (await snapshot(store)).steps
    assert len(found) == MANY
    for n in range(MANY):
        assert found[f"step#{n}"].result_json == json(n)
    assert [each.key for each in await store.history(RUN)] == [f"step#{n}" for n in range(MANY)]
    assert (await step_of(store, "step#999")).call.position == MANY - 1
