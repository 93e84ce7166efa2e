"""Taking over runs: one owner at a time."""

import asyncio

from pikku.model.change import Lease
from pikku.model.ids import RunId
from pikku.ports.store import Store
from pikku.testing.contracts.scene import (
    ANN,
    BOB,
    OTHER,
    RUN,
    TTL,
    WORKFLOW,
    claimed,
    created,
    ids,
    inserted,
    make,
    nap,
    released,
    run_id,
    run_of,
)
from pikku.testing.contracts.stores import Stores


class ClaimContract:
    """claim_runs."""

    async def test_a_claimed_run_has_a_new_owner_in_a_new_epoch(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created())
        await stores.clock.advance("1s")
        (run,) = await store.claim_runs(Lease("bob", 7_000), [WORKFLOW], 10)
        now = stores.clock.now()
        assert (run.run_id, run.owner, run.epoch, run.due_ms) == (RUN, "bob", 1, now + 7_000)
        stored = await run_of(store)
        assert (stored.owner, stored.epoch, stored.due_ms, stored.updated_ms) == ("bob", 1, now + 7_000, now)

    async def test_every_claim_begins_a_new_epoch(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created())
        epochs = []
        for lease in (ANN, BOB, ANN):
            (run,) = await store.claim_runs(lease, [WORKFLOW], 10)
            epochs.append(run.epoch)
            await stores.clock.advance(TTL)
        assert epochs == [1, 2, 3]

    async def test_the_epoch_goes_on_after_a_release(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), released(0))
        (run,) = await store.claim_runs(BOB, [WORKFLOW], 10)
        assert run.epoch == 2

    async def test_a_run_is_claimable_when_its_lease_has_run_out_and_not_before(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN))
        await stores.clock.advance(TTL - 1)
        assert await claimed(store) == []
        await stores.clock.advance(1)
        assert await claimed(store) == [RUN]
        assert await claimed(store, ANN) == []

    async def test_a_claim_comes_with_the_run_as_it_is(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(tags=("a", "b"), version="7"), created(OTHER, by=ANN))
        await make(store, inserted("pay", run=OTHER), released(0, OTHER))
        for run in await store.claim_runs(BOB, [WORKFLOW], 10):
            stored = await run_of(store, run.run_id)
            assert (run.tags, run.version, run.input_json) == (stored.tags, stored.version, stored.input_json)
            assert (run.created_ms, run.wakes, run.status) == (stored.created_ms, stored.wakes, stored.status)

    async def test_the_runs_that_are_due_the_longest_are_claimed_first(self, stores: Stores) -> None:
        store = await stores.open()
        for number, due_in in enumerate((3_000, 1_000, 2_000, 0)):
            await make(store, created(run_id(number), by=ANN), released(due_in, run_id(number)))
        await stores.clock.advance("10s")
        order = [run for _ in range(4) for run in await claimed(store, limit=1)]
        assert order == [run_id(3), run_id(1), run_id(2), run_id(0)]

    async def test_runs_left_by_their_owner_queue_by_the_end_of_their_lease(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(RUN, by=Lease("ann", 9_000)), created(OTHER, by=Lease("ann", 5_000)))
        await stores.clock.advance("10s")
        assert [await claimed(store, limit=1), await claimed(store, limit=1)] == [[OTHER], [RUN]]

    async def test_a_claim_takes_no_more_runs_than_its_limit(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, *(created(run_id(number)) for number in range(5)))
        first, second = await claimed(store, limit=3), await claimed(store, limit=3)
        assert (len(first), len(second)) == (3, 2)
        assert sorted(first + second) == [run_id(number) for number in range(5)]

    async def test_a_claim_is_of_the_named_workflows_only(self, stores: Stores) -> None:
        store = await stores.open()
        workflows = ("onboarding", "billing", "Onboarding", "onboarding2")
        await make(store, *(created(run_id(n), workflow=name) for n, name in enumerate(workflows)))
        assert ids(await store.claim_runs(BOB, ["billing", "unknown"], 10)) == [run_id(1)]
        assert ids(await store.claim_runs(BOB, ["onboarding"], 10)) == [run_id(0)]
        assert await store.claim_runs(BOB, [], 10) == []
        assert sorted(ids(await store.claim_runs(BOB, {*workflows}, 10))) == [run_id(2), run_id(3)]

    async def test_other_workflows_do_not_use_up_the_limit(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, *(created(run_id(number), workflow="busy") for number in range(20)))
        await stores.clock.advance(1)
        await make(store, created(run_id(99)))
        assert await claimed(store, limit=1) == [run_id(99)]

    async def test_the_steps_of_a_run_do_not_make_it_due(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), nap(0), released(60_000))
        await stores.clock.advance("1s")
        assert await claimed(store) == []

    async def test_concurrent_claims_give_each_run_to_one(self, stores: Stores) -> None:
        mine, theirs = await stores.open(), await stores.open()
        runs = [run_id(number) for number in range(60)]
        await make(mine, *(created(run) for run in runs))
        await stores.clock.advance("1s")
        claims = [_claim_all(store, Lease(f"owner {n}", TTL)) for n in range(4) for store in (mine, theirs)]
        taken = [run for each in await asyncio.gather(*claims) for run in each]
        assert sorted(taken) == runs

    async def test_of_two_claims_at_the_end_of_a_lease_one_gets_the_run(self, stores: Stores) -> None:
        mine, theirs = await stores.open(), await stores.open()
        await make(mine, created(by=Lease("dead", TTL)))
        for epoch in range(2, 7):
            await stores.clock.advance(TTL)
            both = await asyncio.gather(mine.claim_runs(ANN, [WORKFLOW], 1), theirs.claim_runs(BOB, [WORKFLOW], 1))
            (run,) = [run for runs in both for run in runs]
            assert run.epoch == epoch
            assert (await run_of(mine)).owner == run.owner


async def _claim_all(store: Store, lease: Lease) -> list[RunId]:
    taken: list[RunId] = []
    while runs := await store.claim_runs(lease, [WORKFLOW], 7):
        assert not set(taken) & set(ids(runs)), "a run was claimed again under a lease that has not run out"
        taken += ids(runs)
    return taken
