"""Many who write, claim and renew at once: what every store on a server must bear."""

import asyncio
import random
from collections.abc import Callable

from pikku.model.change import Change, Held
from pikku.model.ids import RunId
from pikku.model.run import RunStatus
from pikku.model.step import StepStatus
from pikku.ports.store import RunQuery, Store
from pikku.stores.memory import MemoryStore
from pikku.testing.clock import VirtualClock
from pikku.testing.contracts.scene import (
    ANN,
    BOB,
    FUNCTION,
    WORKFLOW,
    created,
    ended,
    inserted,
    make,
    moved,
    released,
    remote,
    run_id,
    run_of,
    running,
    scheduled,
    snapshot,
    woken,
)

PATIENCE = 60.0

NewStore = Callable[..., Store]
"""Makes one more store on the same data, not open yet."""


class AtOnce:
    """Asks for a fixture `new_store`."""

    async def test_changes_that_build_on_each_other_may_be_in_one_batch(self, new_store: NewStore) -> None:
        clock = VirtualClock()
        changes: list[Change] = [
            inserted("early"),
            created(by=ANN),
            created(by=BOB),
            inserted("pay", scheduled()),
            inserted("pay", scheduled()),
            moved("pay", running()),
            moved("pay", scheduled(0, 2), was=StepStatus.RUNNING),
            moved("pay", attempt=2),
            moved("pay", attempt=2),
            released(0),
            released(0),
            inserted("late", scheduled()),
            ended(),
            woken(),
            inserted("too late"),
        ]
        store, oracle = new_store(clock=clock), MemoryStore(clock=clock)
        await store.open()
        await oracle.open()
        assert list(await store.apply(changes)) == list(await oracle.apply(changes))
        assert await snapshot(store) == await snapshot(oracle)

    async def test_who_writes_the_same_runs_in_other_orders_is_not_in_the_way_of_the_others(
        self, new_store: NewStore
    ) -> None:
        stores = [new_store() for _ in range(4)]
        await asyncio.gather(*(store.open() for store in stores))
        runs = [run_id(number) for number in range(20)]
        await make(stores[0], *(created(run, by=ANN) for run in runs))
        await make(stores[0], *(remote("mail", run=run) for run in runs))

        async def write(number: int, store: Store) -> None:
            chance = random.Random(number)
            for turn in range(15):
                chance.shuffle(runs_of[number])
                batch = [inserted(f"{number}-{turn}", run=run) for run in runs_of[number]]
                await make(store, *batch, *(woken(run) for run in runs_of[number]))
                await store.claim_steps(BOB, [FUNCTION], 5)
                held = [Held(run, 1, key) for run in runs_of[number] for key in (None, "mail")]
                await asyncio.to_thread(store.renew, ANN, held)

        runs_of = {number: list(runs) for number in range(len(stores))}
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(write(number, store) for number, store in enumerate(stores)))
        assert {(await run_of(stores[0], run)).wakes for run in runs} == {60}

    async def test_an_end_and_a_step_at_the_same_time_leave_no_open_step(self, new_store: NewStore) -> None:
        mine, theirs = new_store(), new_store()
        await asyncio.gather(mine.open(), theirs.open())
        for number in range(40):
            run = run_id(number)
            await make(mine, created(run, by=ANN))
            await asyncio.gather(
                mine.apply([remote("mail", run=run)]), theirs.apply([ended(RunStatus.CANCELLED, run, epoch=None)])
            )
            assert (await run_of(mine, run)).waiting_on == ()

    async def test_what_is_due_is_claimed_once_whoever_asks(self, new_store: NewStore) -> None:
        stores = [new_store() for _ in range(4)]
        await asyncio.gather(*(store.open() for store in stores))
        await make(stores[0], *(created(run_id(number)) for number in range(300)))

        async def claim(store: Store) -> list[RunId]:
            mine: list[RunId] = []
            while runs := await store.claim_runs(ANN, [WORKFLOW], 7):
                mine += [run.run_id for run in runs]
            return mine

        shares = await asyncio.gather(*(claim(store) for store in stores))
        assert sorted(run for share in shares for run in share) == [run_id(number) for number in range(300)]

    async def test_more_writers_than_connections_take_turns(self, new_store: NewStore) -> None:
        store = new_store(pool_size=2)
        await store.open()
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(make(store, created(run_id(number), by=ANN)) for number in range(200)))
        assert len(await store.list_runs(RunQuery(limit=1_000))) == 200
