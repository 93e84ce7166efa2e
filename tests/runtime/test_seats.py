"""Who gets a seat in a process that executes remote steps."""

import asyncio
from typing import Any

import pytest

from pikku import Context, Services, func
from pikku.registry.marks import FunctionMark, mark_of
from pikku.registry.registry import Registry
from pikku.runtime.seats import MOST_IN_THREADS, Seat, Seats
from pikku.runtime.settings import Settings
from pikku.runtime.work import Lane


@func
async def mail(ctx: Context[Services]) -> None: ...


@func
def compress(ctx: Context[Services]) -> None: ...


@func(cpu=True)
def render(ctx: Context[Services]) -> None: ...


freed: list[int] = []
SETTINGS = Settings(cpu_processes=2)


def seats(most: int, settings: Settings = SETTINGS) -> Seats:
    registry = Registry()
    for function in mail, compress, render:
        mark = mark_of(function)
        assert isinstance(mark, FunctionMark)
        registry.add_function(mark, function)
    these = Seats(registry, settings, most, on_freed=lambda: freed.append(1))
    these.open([Lane(["mail", "compress", "render"], ["shop"])])
    return these


async def taken(of: Seats, function: str = "mail", count: int = 100) -> list[Seat]:
    return [seat for _ in range(count) if (seat := await of.seat("shop", function))]


@pytest.mark.parametrize(("most", "stay"), [(1, 0), (2, 1), (8, 6)])
async def test_some_seats_are_kept_for_what_is_claimed(most: int, stay: int) -> None:
    these = seats(most)
    assert len(await taken(these, count=stay + 1)) == stay
    assert these.room == most - stay


async def test_what_is_claimed_takes_seats_from_what_would_stay() -> None:
    these = seats(4)
    for _ in range(4):
        these.take()
    assert await taken(these, count=1) == []
    these.leave()
    assert len(await taken(these, count=2)) == 1


async def test_only_so_many_plain_functions_stay_at_once() -> None:
    these = seats(1_000)
    assert len(await taken(these, "compress")) == MOST_IN_THREADS
    assert len(await taken(these, "render")) == 2
    assert len(await taken(these, "mail")) == 100


async def test_what_is_not_ours_gets_no_seat() -> None:
    these = seats(10)
    assert await these.seat("bank", "mail") is None
    assert await these.seat("shop", "unknown") is None
    these.close()
    assert await these.seat("shop", "mail") is None
    assert await taken(seats(10, Settings(hand_off=False))) == []


async def test_a_seat_that_is_left_goes_to_who_has_waited_longest_and_still_does() -> None:
    these, came = seats(2), list[Any]()
    [first] = await taken(these, count=1)

    async def wait(name: str) -> None:
        came.append((name, await these.seat("shop", "mail")))

    waiting = [asyncio.create_task(wait(name)) for name in ("gave up", "second", "third")]
    await asyncio.sleep(0)
    waiting[0].cancel()
    freed.clear()
    with first:
        await first.around(lambda: asyncio.sleep(0))()
        assert freed == [1]
    assert freed == [1], "a seat was left twice"
    await asyncio.wait(waiting)
    assert [(name, seat is not None) for name, seat in came] == [("second", True), ("third", False)]


async def test_a_seat_that_comes_when_its_waiter_is_cancelled_is_not_lost() -> None:
    these = seats(2)
    [first] = await taken(these, count=1)
    waiting = asyncio.create_task(these.seat("shop", "mail"))
    await asyncio.sleep(0)
    with first:
        pass
    waiting.cancel()
    await asyncio.wait([waiting])
    assert these.room == 2
