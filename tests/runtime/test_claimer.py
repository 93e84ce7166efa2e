"""A claimer that is told to stop while the store is just answering it."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from pikku.model.change import Lease
from pikku.model.errors import StoreUnavailableError
from pikku.ports.store import Hint
from pikku.runtime.background import Background
from pikku.runtime.claimer import Claimer
from pikku.runtime.leases import LeaseKeeper
from pikku.runtime.system import SystemClock
from pikku.stores.memory import MemoryStore


class SlowlyClaimed:
    """What is due, in a store that takes its time."""

    what, room, moment = "runs", 100, 0.0

    def __init__(self) -> None:
        self.asked, self.answered = asyncio.Event(), asyncio.Event()
        self.taken = 0

    def concerns(self, hint: Hint) -> bool:
        return True

    async def claim(self, limit: int) -> int:
        self.asked.set()
        await self.answered.wait()
        self.taken += 1
        return 1

    async def next_due(self) -> int | None:
        return None


async def silence() -> AsyncIterator[Hint]:
    await asyncio.get_running_loop().create_future()
    yield frozenset()


def claimer(due: SlowlyClaimed) -> Claimer:
    clock = SystemClock()
    keeper = LeaseKeeper(MemoryStore(), Lease("me", 30_000), clock, lambda held: None)
    return Claimer(due, keeper, clock, 1_000)


async def test_what_is_being_claimed_when_it_stops_is_taken_over_and_not_left_without_anybody() -> None:
    due = SlowlyClaimed()
    claims = claimer(due)
    claims.start(silence)
    await due.asked.wait()
    stopping = asyncio.create_task(claims.stop())
    await asyncio.sleep(0)
    due.answered.set()
    await asyncio.wait_for(stopping, 30)
    assert due.taken == 1


async def test_who_gave_up_waiting_for_the_end_can_wait_again() -> None:
    due = SlowlyClaimed()
    claims = claimer(due)
    claims.start(silence)
    await due.asked.wait()
    first = asyncio.create_task(claims.stop())
    for _ in range(10):
        await asyncio.sleep(0)
    first.cancel()
    await asyncio.wait([first])
    due.answered.set()
    await asyncio.wait_for(claims.stop(), 30)
    assert due.taken == 1


class Unreachable(SlowlyClaimed):
    """In a store that does not answer."""

    def __init__(self) -> None:
        super().__init__()
        self.tries = 0

    async def claim(self, limit: int) -> int:
        self.tries += 1
        self.asked.set()
        raise StoreUnavailableError("of the test", "it is away")


async def test_hints_do_not_hurry_who_waits_for_the_store_to_answer(caplog: pytest.LogCaptureFixture) -> None:
    due = Unreachable()
    claims = claimer(due)
    claims.start(silence)
    await asyncio.wait_for(due.asked.wait(), 30)
    for _ in range(100):
        claims.look()
        await asyncio.sleep(0)
    await asyncio.wait_for(claims.stop(), 30)
    assert due.tries == 1
    assert [record.getMessage() for record in caplog.records] == [
        "could not claim runs, trying again in 100 ms: the store of the test does not answer: it is away"
    ]


async def test_stopping_twice_cancels_twice() -> None:
    began, cancelled = asyncio.Event(), asyncio.Semaphore(0)

    async def stubborn() -> None:
        for _ in range(2):
            try:
                began.set()
                await asyncio.get_running_loop().create_future()
            except asyncio.CancelledError:
                cancelled.release()

    background = Background()
    background.start(stubborn())
    await began.wait()
    first = asyncio.create_task(background.stop())
    await asyncio.wait_for(cancelled.acquire(), 30)
    first.cancel()
    await asyncio.wait([first])
    await asyncio.wait_for(background.stop(), 30)
    assert await asyncio.wait_for(cancelled.acquire(), 30)
