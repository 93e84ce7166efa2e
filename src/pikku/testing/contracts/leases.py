"""Keeping what one owns."""

import asyncio

from pikku.model.change import Held, Lease
from pikku.model.step import StepStatus
from pikku.testing.contracts.scene import (
    ANN,
    BOB,
    LONG,
    NOBODY,
    OTHER,
    RUN,
    TTL,
    WORKFLOW,
    claimed,
    claimed_steps,
    created,
    ended,
    make,
    moved,
    released,
    remote,
    run_id,
    run_of,
    snapshot,
    step_of,
)
from pikku.testing.contracts.stores import Stores


class LeaseContract:
    """renew."""

    async def test_a_renewed_run_is_kept_from_others(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN))
        for _ in range(5):
            await stores.clock.advance(TTL - 1)
            assert list(store.renew(ANN, [Held(RUN, 1)])) == []
            assert await claimed(store) == []
        await stores.clock.advance(TTL)
        assert await claimed(store) == [RUN]

    async def test_a_renewal_is_for_the_time_that_its_lease_says(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), remote("mail"))
        await claimed_steps(store, ANN)
        await stores.clock.advance("1s")
        store.renew(Lease("ann", 90_000), [Held(RUN, 1), Held(RUN, 1, "mail")])
        due = stores.clock.now() + 90_000
        assert ((await run_of(store)).due_ms, (await step_of(store, "mail")).due_ms) == (due, due)

    async def test_a_renewal_is_no_interaction(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN))
        before = await run_of(store)
        await stores.clock.advance("1s")
        store.renew(ANN, [Held(RUN, 1)])
        after = await run_of(store)
        assert (after.updated_ms, after.epoch, after.owner) == (before.updated_ms, 1, "ann")

    async def test_a_renewed_step_is_kept_from_others(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), remote("mail"))
        await claimed_steps(store, ANN)
        await stores.clock.advance(TTL - 1)
        assert list(store.renew(ANN, [Held(RUN, 1, "mail")])) == []
        await stores.clock.advance(TTL - 1)
        assert await claimed_steps(store, BOB) == []
        await stores.clock.advance(1)
        assert await claimed_steps(store, BOB) == ["mail"]

    async def test_what_somebody_else_has_is_told_and_left_alone(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), remote("mail"))
        await claimed_steps(store, ANN)
        await stores.clock.advance(TTL)
        assert (await claimed(store, BOB), await claimed_steps(store, BOB)) == ([RUN], ["mail"])
        before = await snapshot(store)
        late = [Held(RUN, 1), Held(RUN, 1, "mail")]
        assert set(store.renew(Lease("ann", 2 * TTL), late)) == set(late)
        assert await snapshot(store) == before

    async def test_a_lease_that_ran_out_can_be_renewed_until_somebody_claims(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN))
        await stores.clock.advance(LONG)
        assert list(store.renew(ANN, [Held(RUN, 1)])) == []
        assert await claimed(store) == []

    async def test_what_is_not_held_any_more_is_told(self, stores: Stores) -> None:
        store = await stores.open()
        back, over, done = run_id(10), run_id(11), run_id(12)
        await make(store, *(created(run, by=ANN) for run in (back, over, done)))
        await make(store, remote("mail", run=over), remote("mail", run=done))
        await claimed_steps(store, ANN)
        await make(store, created(OTHER), released(None, back), ended(run=over), remote("idle", run=done))
        await make(store, moved("mail", run=done, was=StepStatus.RUNNING, step_epoch=1))
        lost = [
            Held(NOBODY, 1),
            Held(OTHER, 0),
            Held(back, 1),
            Held(over, 1),
            Held(over, 1, "mail"),
            Held(done, 1, "mail"),
            Held(done, 0, "idle"),
            Held(done, 0, "unknown"),
            Held(done, 2),
        ]
        assert set(store.renew(ANN, [*lost, Held(done, 1)])) == set(lost)

    async def test_renewing_nothing_loses_nothing(self, stores: Stores) -> None:
        store = await stores.open()
        assert list(store.renew(ANN, [])) == []

    async def test_leases_can_be_renewed_from_another_thread(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), created(OTHER, by=ANN))
        await stores.clock.advance(TTL - 1)
        lost = await asyncio.to_thread(store.renew, ANN, [Held(RUN, 1), Held(OTHER, 7)])
        assert list(lost) == [Held(OTHER, 7)]
        await stores.clock.advance(1)
        assert await claimed(store) == [OTHER]

    async def test_renewals_and_writes_do_not_hinder_each_other(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), remote("mail"))
        await claimed_steps(store, ANN)
        held = [Held(RUN, 1), Held(RUN, 1, "mail")]
        renewals = [asyncio.to_thread(store.renew, ANN, held) for _ in range(10)]
        writes = [make(store, created(run_id(100 + n))) for n in range(20)]
        results = await asyncio.gather(*renewals, *writes)
        assert [list(lost) for lost in results if lost is not None] == [[]] * 10
        assert len(await store.claim_runs(BOB, [WORKFLOW], 100)) == 20

    async def test_many_leases_are_renewed_at_once(self, stores: Stores) -> None:
        store = await stores.open()
        runs = [run_id(number) for number in range(1_000)]
        await make(store, *(created(run, by=ANN) for run in runs))
        await stores.clock.advance(TTL)
        taken = set(await claimed(store, limit=10))
        lost = store.renew(ANN, [Held(run, 1) for run in runs])
        assert {each.run_id for each in lost} == taken
        assert await claimed(store, limit=10) == []
