"""Hints: who waits hears that there is something to look at."""

import asyncio
from collections.abc import Callable
from types import TracebackType
from typing import Self

from pikku.model.change import Change, RunCreated
from pikku.model.ids import RunId
from pikku.model.step import StepStatus
from pikku.ports.store import Hint, Store
from pikku.testing.contracts.scene import (
    ANN,
    OTHER,
    RUN,
    claimed_step,
    created,
    ended,
    inserted,
    make,
    moved,
    nap,
    released,
    remote,
    run_id,
    scheduled,
    stays,
    woken,
)
from pikku.testing.contracts.stores import Stores

BEACON = run_id(500)
PATIENCE = 20.0
"""Seconds of real time after which a hint is taken for lost. Stores that look at a file do so several times a second."""


class HintContract:
    """hints."""

    async def test_the_end_of_a_run_is_heard(self, stores: Stores) -> None:
        await _is_heard(stores, created(by=ANN), ended())

    async def test_an_order_to_end_a_run_is_heard(self, stores: Stores) -> None:
        await _is_heard(stores, created(by=ANN), ended(epoch=None))

    async def test_a_run_that_nobody_owns_yet_is_heard(self, stores: Stores) -> None:
        await _is_heard(stores, created(OTHER), created(RUN))

    async def test_a_release_is_heard(self, stores: Stores) -> None:
        await _is_heard(stores, created(by=ANN), released(None))

    async def test_a_wake_up_is_heard(self, stores: Stores) -> None:
        await _is_heard(stores, created(by=ANN), woken())

    async def test_a_remote_step_is_heard(self, stores: Stores) -> None:
        await _is_heard(stores, created(by=ANN), remote("mail"))

    async def test_the_end_of_a_remote_step_is_heard(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), remote("mail"))
        step = await claimed_step(store, ANN)
        async with Listener(store) as listener:
            await listener.tune_in()
            await make(store, moved("mail", was=step.status, step_epoch=step.epoch))
            await listener.hears(RUN)

    async def test_a_step_that_its_run_gives_to_workers_is_heard(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN), stays())
        async with Listener(store) as listener:
            await listener.tune_in()
            await make(store, moved("mail", scheduled(attempt=2), was=StepStatus.RUNNING))
            await listener.hears(RUN)

    async def test_what_concerns_only_its_owner_is_not_named(self, stores: Stores) -> None:
        store = await stores.open()
        async with Listener(store) as listener:
            await listener.tune_in()
            await make(store, created(by=ANN), inserted("pay"), nap(1_000), inserted("open", scheduled()))
            await make(store, moved("open"), stays())
            await make(store, moved("mail", was=StepStatus.RUNNING))
            await listener.catch_up()
            assert not any(RUN in hint for hint in listener.heard)

    async def test_a_refused_change_is_not_named(self, stores: Stores) -> None:
        store = await stores.open()
        await make(store, created(by=ANN))
        async with Listener(store) as listener:
            await listener.tune_in()
            await store.apply([ended(epoch=7), released(0, epoch=7), created()])
            await listener.catch_up()
            assert not any(RUN in hint for hint in listener.heard)

    async def test_every_listener_hears(self, stores: Stores) -> None:
        store = await stores.open()
        async with Listener(store) as first, Listener(store) as second:
            await first.tune_in()
            await second.tune_in()
            await make(store, created())
            await first.hears(RUN)
            await second.hears(RUN)

    async def test_a_listener_of_another_store_hears(self, stores: Stores) -> None:
        mine, theirs = await stores.open(), await stores.open()
        async with Listener(theirs) as listener:
            await listener.tune_in(mine)
            for number in range(3):
                listener.heard.clear()
                await make(mine, created(run_id(number)))
                await listener.hears(run_id(number))

    async def test_a_listener_that_is_slow_still_hears(self, stores: Stores) -> None:
        store = await stores.open()
        async with Listener(store) as listener:
            await listener.tune_in()
            listener.stall()
            for number in range(100):
                await make(store, created(run_id(1_000 + number)))
            await make(store, created())
            listener.go_on()
            await listener.hears(RUN)

    async def test_listening_can_end_and_begin_again(self, stores: Stores) -> None:
        store = await stores.open()
        for _ in range(3):
            async with Listener(store) as listener:
                await listener.tune_in()
        async with Listener(store) as listener:
            await listener.tune_in()
            await make(store, created())
            await listener.hears(RUN)


async def _is_heard(stores: Stores, before: RunCreated, change: Change) -> None:
    store = await stores.open()
    await make(store, before)
    async with Listener(store) as listener:
        await listener.tune_in()
        await make(store, change)
        await listener.hears(RUN)


class Listener:
    """Listens to the hints of a store, for as long as the block lasts."""

    def __init__(self, store: Store) -> None:
        self.heard: list[Hint] = []
        self._store = store
        self._arrived = asyncio.Event()
        self._may_go_on = asyncio.Event()
        self._may_go_on.set()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._listen())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])
        if not self._task.cancelled():
            self._task.result()

    async def tune_in(self, writer: Store | None = None) -> None:
        """Return when something is heard, so that from now on everything is. Then forget it."""
        writer = writer or self._store
        await writer.apply([created(BEACON, by=ANN)])
        await self._beckon(writer, lambda: bool(self.heard))
        self.heard.clear()

    async def hears(self, run: RunId) -> None:
        """Return when a hint says to look at the run, or at everything."""
        async with asyncio.timeout(PATIENCE):
            while not self._heard_of(run):
                await self._next()

    async def catch_up(self) -> None:
        """Return when what happened before this call has been heard too."""
        await self._beckon(self._store, lambda: self._heard_of(BEACON))

    def stall(self) -> None:
        """Take no more than one hint until `go_on`."""
        self._may_go_on.clear()

    def go_on(self) -> None:
        self._may_go_on.set()

    async def _beckon(self, writer: Store, is_heard: Callable[[], bool]) -> None:
        # A listener begins to hear at some time after it was started, so that one wake-up may be lost.
        async with asyncio.timeout(PATIENCE):
            await asyncio.sleep(0)
            while not is_heard():
                await make(writer, woken(BEACON))
                await self._next(within=0.25)

    async def _next(self, within: float | None = None) -> None:
        try:
            async with asyncio.timeout(within):
                await self._arrived.wait()
        except TimeoutError:
            if within is None:
                raise
        self._arrived.clear()

    async def _listen(self) -> None:
        async for hint in self._store.hints():
            self.heard.append(hint)
            self._arrived.set()
            await self._may_go_on.wait()

    def _heard_of(self, run: RunId) -> bool:
        return any(run in hint or not hint for hint in self.heard)
