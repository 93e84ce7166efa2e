"""What every queue must do with messages: whoever receives them is told where to look.

A queue that sends nothing and passes on the hints of its store keeps these promises too.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Collection
from contextlib import aclosing
from types import TracebackType
from typing import NamedTuple, Self, cast

from pikku.model.change import Applied, Change, Refused
from pikku.model.ids import RunId
from pikku.model.queue_names import ORCHESTRATOR, STEP_WORKER, QueueNames
from pikku.ports.queue import Message, QueueService
from pikku.ports.store import Hint, Store
from pikku.testing.contracts.scene import ANN, OTHER, RUN, created, run_id, run_of, woken
from pikku.testing.contracts.stores import Stores

PATIENCE = 30.0
BEACON = run_id(500_000)
"""A run of the tests' own, to find out whether somebody hears."""

HOSTILE_NAMES = (
    "naïve 'queue' \"of\" mine; DROP TABLE pgqueuer;",
    "with:colons/slashes.dots*stars%percents{braces}",
    "with\nlines\tand tabs",
    "with a NUL \x00 in it",
    "with half a pair \ud800",
    "☂" * 2_000,
)


class Process(NamedTuple):
    """A queue and the store that it is about, both open, as one process has them."""

    store: Store
    queue: QueueService


class Queues:
    """All queues of one test, on the same data, as several processes would have them. `make` makes one that is not open.

    async with Queues(stores, StoreQueue) as queues:
        mine, theirs = await queues.open(), await queues.open()
    """

    def __init__(self, stores: Stores, make: Callable[[], QueueService]) -> None:
        self.stores = stores
        self._make = make
        self._opened: list[QueueService] = []

    async def open(self) -> Process:
        """One more process; it is closed with all the others."""
        store, queue = await self.stores.open(), self._make()
        self._opened.append(queue)
        await queue.open(store)
        return Process(store, queue)

    async def close(self) -> None:
        """Close all queues and their stores. Safe at any time, also twice."""
        while self._opened:
            await self._opened.pop().close()
        await self.stores.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


class MessageContract:
    """Asks for a fixture `queues`."""

    async def test_a_message_of_a_change_that_was_made_is_received(self, queues: Queues) -> None:
        here, there = await queues.open(), await queues.open()
        async with Receiver(there) as receiver:
            await receiver.tune_in(here)
            await send(here, created())
            await receiver.hears(RUN)

    async def test_it_is_received_in_the_same_process_too(self, queues: Queues) -> None:
        here = await queues.open()
        async with Receiver(here) as receiver:
            await receiver.tune_in(here)
            await send(here, created())
            await receiver.hears(RUN)

    async def test_all_messages_of_a_batch_are_received(self, queues: Queues) -> None:
        here, there = await queues.open(), await queues.open()
        runs = [run_id(1_000 + number) for number in range(300)]
        async with Receiver(there) as receiver:
            await receiver.tune_in(here)
            await send(here, *map(created, runs))
            for run in runs:
                await receiver.hears(run)

    async def test_a_message_of_a_change_that_was_refused_is_not_received(self, queues: Queues) -> None:
        here = await queues.open()
        async with Receiver(here) as receiver:
            await receiver.tune_in(here)
            (outcome,) = await here.queue.apply([woken()], [Message(ORCHESTRATOR, RUN)])
            assert isinstance(outcome, Refused)
            await send(here, created(OTHER))
            await receiver.hears(OTHER)
            assert not receiver.was_told_of(RUN)

    async def test_what_is_told_of_can_be_read(self, queues: Queues) -> None:
        here, there = await queues.open(), await queues.open()
        async with Receiver(there) as receiver:
            await receiver.tune_in(here)
            await send(here, created())
            await receiver.hears(RUN)
            assert (await run_of(there.store)).run_id == RUN

    async def test_changes_without_messages_are_made(self, queues: Queues) -> None:
        here = await queues.open()
        first, second = await here.queue.apply([created(by=ANN), woken(OTHER)], [None, None])
        assert isinstance(first, Applied)
        assert isinstance(second, Refused)

    async def test_of_two_receivers_somebody_hears(self, queues: Queues) -> None:
        here, there = await queues.open(), await queues.open()
        async with Receiver(here) as first, Receiver(there) as second:
            await first.tune_in(here)
            await second.tune_in(here)
            await send(here, created())
            await first.hears(RUN, or_else=second)

    async def test_receiving_can_end_and_begin_again(self, queues: Queues) -> None:
        here = await queues.open()
        for number in range(3):
            async with Receiver(here) as receiver:
                await receiver.tune_in(here)
                await send(here, created(run_id(number + 1)))
                await receiver.hears(run_id(number + 1))

    async def test_any_name_can_be_a_queues(self, queues: Queues) -> None:
        here = await queues.open()
        names = [
            queue
            for name in HOSTILE_NAMES
            for queue in (QueueNames(False).of_runs(name), QueueNames(False).of_steps("shop", name))
        ]
        async with Receiver(here, names) as receiver:
            await receiver.tune_in(here)
            for number, name in enumerate(names):
                await send(here, created(run_id(number + 1)), queue=name)
                await receiver.hears(run_id(number + 1))

    async def test_closing_the_queue_leaves_the_store_open(self, queues: Queues) -> None:
        here = await queues.open()
        await here.queue.close()
        await here.queue.close()
        (outcome,) = await here.store.apply([created()])
        assert isinstance(outcome, Applied)

    async def test_a_closed_queue_can_be_opened_again(self, queues: Queues) -> None:
        here = await queues.open()
        await here.queue.close()
        await here.queue.open(here.store)
        async with Receiver(here) as receiver:
            await receiver.tune_in(here)
            await send(here, created())
            await receiver.hears(RUN)


async def send(process: Process, *changes: Change, queue: str = ORCHESTRATOR) -> None:
    """Make the changes, each with a message about its run."""
    outcomes = await process.queue.apply(changes, [Message(queue, change.run_id) for change in changes])
    assert all(isinstance(outcome, Applied) for outcome in outcomes), outcomes


class Receiver:
    """Receives the messages of these queues, for as long as the block lasts."""

    def __init__(self, process: Process, queues: Collection[str] = (ORCHESTRATOR, STEP_WORKER)) -> None:
        self._process = process
        self._queues = queues
        self._hints: list[Hint] = []
        self._arrived = asyncio.Event()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._receive())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])
        if not self._task.cancelled():
            self._task.result()

    async def tune_in(self, sender: Process) -> None:
        """Return when something is heard, so that from now on everything is. Then forget it."""
        await sender.store.apply([created(BEACON, by=ANN)])
        async with asyncio.timeout(PATIENCE):
            while not self._hints:
                # Nobody says when receiving begins, so that one message may be lost.
                await send(sender, woken(BEACON), queue=next(iter(self._queues)))
                await self._next(within=0.25)
        self._hints.clear()

    async def hears(self, run: RunId, or_else: Self | None = None) -> None:
        """Return when a hint says to look at the run, or at everything; with `or_else`, also when the other one hears it."""
        async with asyncio.timeout(PATIENCE):
            while not (self._hears(run) or (or_else and or_else._hears(run))):
                await self._next(within=0.05 if or_else else None)

    def was_told_of(self, run: RunId) -> bool:
        """Whether a hint named the run."""
        return any(run in hint for hint in self._hints)

    def _hears(self, run: RunId) -> bool:
        return any(run in hint or not hint for hint in self._hints)

    async def _next(self, within: float | None) -> None:
        try:
            async with asyncio.timeout(within):
                await self._arrived.wait()
        except TimeoutError:
            if within is None:
                raise
        self._arrived.clear()

    async def _receive(self) -> None:
        hints = cast("AsyncGenerator[Hint, None]", self._process.queue.receive(self._queues))
        async with aclosing(hints):
            async for hint in hints:
                self._hints.append(hint)
                self._arrived.set()
