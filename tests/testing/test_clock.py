"""The virtual clock: time that only moves when it is told to."""

import asyncio
import threading
from datetime import UTC, datetime, timedelta

import pytest

from pikku.model.errors import DurationError
from pikku.ports.clock import Clock
from pikku.testing import VirtualClock

YEAR = 365 * 86_400_000


class Diary:
    """What happened, and when after the start."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._start = clock.now()
        self.pages: list[tuple[str, int]] = []

    def note(self, what: str) -> None:
        self.pages.append((what, self._clock.now() - self._start))

    async def nap(self, ms: int, what: str) -> None:
        await self._clock.sleep(ms)
        self.note(what)


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def diary(clock: VirtualClock) -> Diary:
    return Diary(clock)


def test_it_is_a_clock(clock: VirtualClock) -> None:
    asks_for_a_clock: Clock = clock
    assert asks_for_a_clock.now() == clock.now()


def test_it_starts_at_a_round_date_or_where_it_is_told() -> None:
    assert VirtualClock().now() == VirtualClock().now() == datetime(2030, 1, 1, tzinfo=UTC).timestamp() * 1_000
    assert VirtualClock(datetime(1970, 1, 1, 0, 0, 5, tzinfo=UTC)).now() == 5_000


def test_it_shows_its_time() -> None:
    assert repr(VirtualClock()) == "VirtualClock(2030-01-01T00:00:00+00:00)"


LONGER_THAN_ITS_PATIENCE = 0.05


async def test_it_stands_still(clock: VirtualClock) -> None:
    start = clock.now()
    await asyncio.sleep(0)
    assert clock.now() == start


async def test_it_can_be_read_from_threads(clock: VirtualClock) -> None:
    start = clock.now()
    await clock.advance("1s")
    assert await asyncio.to_thread(clock.now) == start + 1_000


@pytest.mark.parametrize("written", ["1min", 60_000, timedelta(minutes=1)])
async def test_it_is_advanced_by_any_duration(clock: VirtualClock, written: str | int | timedelta) -> None:
    start = clock.now()
    await clock.advance(written)
    assert clock.now() == start + 60_000


async def test_it_never_goes_back(clock: VirtualClock) -> None:
    with pytest.raises(DurationError):
        await clock.advance(-1)


async def test_a_sleep_ends_at_its_time_and_not_before(clock: VirtualClock, diary: Diary) -> None:
    nap = asyncio.create_task(diary.nap(5_000, "awake"))
    await clock.advance(4_999)
    assert not nap.done()
    await clock.advance(1)
    assert nap.done()
    assert diary.pages == [("awake", 5_000)]


async def test_sleeps_and_alarms_go_off_in_order_of_time(clock: VirtualClock, diary: Diary) -> None:
    clock.call_later(2_000, lambda: diary.note("alarm 2"))
    naps = [asyncio.create_task(diary.nap(ms, f"nap {ms // 1_000}")) for ms in (3_000, 1_000)]
    clock.call_later(500, lambda: diary.note("alarm 0"))
    await clock.advance("1min")
    assert diary.pages == [("alarm 0", 500), ("nap 1", 1_000), ("alarm 2", 2_000), ("nap 3", 3_000)]
    assert all(nap.done() for nap in naps)


async def test_those_of_one_instant_go_off_in_the_order_in_which_they_were_set(
    clock: VirtualClock, diary: Diary
) -> None:
    for name in "abc":
        clock.call_later(1_000, lambda name=name: diary.note(name))  # type: ignore[misc]
    await clock.advance(1_000)
    assert [what for what, _ in diary.pages] == ["a", "b", "c"]


async def test_what_wakes_up_may_sleep_again_within_one_advance(clock: VirtualClock, diary: Diary) -> None:
    async def doze() -> None:
        for number in range(3):
            await diary.nap(1_000, str(number))

    task = asyncio.create_task(doze())
    await clock.advance("1min")
    assert task.done()
    assert diary.pages == [("0", 1_000), ("1", 2_000), ("2", 3_000)]


async def test_an_alarm_may_set_another_one(clock: VirtualClock, diary: Diary) -> None:
    def ring() -> None:
        clock.call_later(1_000, lambda: diary.note("second"))

    clock.call_later(1_000, ring)
    await clock.advance("5s")
    assert diary.pages == [("second", 2_000)]


async def test_a_cancelled_alarm_does_not_ring(clock: VirtualClock, diary: Diary) -> None:
    alarm = clock.call_later(1_000, lambda: diary.note("rung"))
    alarm.cancel()
    alarm.cancel()
    await clock.advance("1min")
    assert diary.pages == []


async def test_an_alarm_can_be_cancelled_after_it_rang(clock: VirtualClock, diary: Diary) -> None:
    alarm = clock.call_later(1_000, lambda: diary.note("rung"))
    await clock.advance("1min")
    alarm.cancel()
    assert diary.pages == [("rung", 1_000)]


async def test_an_alarm_for_now_rings_without_an_advance(clock: VirtualClock) -> None:
    rung = asyncio.Event()
    clock.call_later(0, rung.set)
    await rung.wait()
    clock.call_later(0, rung.clear).cancel()
    await clock.advance(0)
    assert rung.is_set()


async def test_an_alarm_that_raises_is_heard_by_who_advances(clock: VirtualClock) -> None:
    def break_down() -> None:
        raise ZeroDivisionError

    clock.call_later(1_000, break_down)
    with pytest.raises(ZeroDivisionError):
        await clock.advance("1min")


async def test_no_time_is_slept_at_once(clock: VirtualClock) -> None:
    await clock.sleep(0)
    await clock.sleep(-1)


async def test_a_cancelled_sleep_disappears(clock: VirtualClock) -> None:
    nap = asyncio.create_task(clock.sleep(1_000))
    await clock.sleeping()
    nap.cancel()
    await asyncio.wait([nap])
    waiting = asyncio.create_task(clock.sleeping())
    await clock.advance("1min")
    assert not waiting.done()
    waiting.cancel()


async def test_sleeping_is_told_when_enough_sleep(clock: VirtualClock) -> None:
    enough = asyncio.create_task(clock.sleeping(2))
    first = asyncio.create_task(clock.sleep(1_000))
    await clock.advance(0)
    assert not enough.done()
    second = asyncio.create_task(clock.sleep(1_000))
    await enough
    await clock.advance(1_000)
    assert first.done()
    assert second.done()


async def test_alarms_do_not_count_as_sleeping(clock: VirtualClock) -> None:
    clock.call_later(1_000, lambda: None)
    waiting = asyncio.create_task(clock.sleeping())
    await clock.advance(0)
    assert not waiting.done()
    waiting.cancel()


async def test_run_takes_no_time_for_a_year(clock: VirtualClock, diary: Diary) -> None:
    async def work() -> str:
        await diary.nap(YEAR, "a year later")
        await diary.nap(1, "and a bit")
        return "done"

    assert await clock.run(work()) == "done"
    assert diary.pages == [("a year later", YEAR), ("and a bit", YEAR + 1)]


async def test_run_raises_what_it_runs_into(clock: VirtualClock) -> None:
    async def work() -> None:
        await clock.sleep(1_000)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await clock.run(work())


async def test_run_without_a_sleep_moves_nothing(clock: VirtualClock) -> None:
    async def work() -> int:
        await asyncio.sleep(0)
        return clock.now()

    start = clock.now()
    clock.call_later(1_000, lambda: None)
    assert await clock.run(work()) == start == clock.now()


async def test_run_drives_a_future(clock: VirtualClock) -> None:
    task = asyncio.create_task(clock.sleep(1_000))
    await clock.run(task)
    await clock.run(asyncio.sleep(0))
    assert task.done()


async def test_run_rings_the_alarms_on_the_way(clock: VirtualClock, diary: Diary) -> None:
    clock.call_later(700, lambda: diary.note("second"))
    clock.call_later(300, lambda: diary.note("first"))
    clock.call_later(1_001, lambda: diary.note("too late"))
    await clock.run(diary.nap(1_000, "awake"))
    assert diary.pages == [("first", 300), ("second", 700), ("awake", 1_000)]


async def test_run_does_not_pass_a_sleep_that_an_alarm_has_begun(clock: VirtualClock, diary: Diary) -> None:
    tasks: list[asyncio.Task[None]] = []
    clock.call_later(300, lambda: tasks.append(asyncio.create_task(diary.nap(200, "short"))))
    await clock.run(diary.nap(1_000, "long"))
    assert diary.pages == [("short", 500), ("long", 1_000)]


async def test_run_waits_for_answers_from_threads_before_time_goes_on(clock: VirtualClock) -> None:
    go_on, loop = threading.Event(), asyncio.get_running_loop()

    async def work() -> int:
        await clock.sleep(1_000)
        # The event loop is idle until the thread answers, and nobody sleeps: time stands still.
        loop.call_soon(go_on.set)
        await asyncio.to_thread(go_on.wait)
        return clock.now()

    start = clock.now()
    assert await clock.run(work()) == start + 1_000


async def test_run_goes_on_as_soon_as_somebody_sleeps(clock: VirtualClock) -> None:
    begin = asyncio.Event()

    async def work() -> None:
        await begin.wait()
        await clock.sleep(1_000)

    asyncio.get_running_loop().call_later(0.01, begin.set)
    await clock.run(work())


async def test_the_reading_of_a_thread_keeps_time_from_going_on(clock: VirtualClock) -> None:
    clock = VirtualClock(patience_ms=20)
    busy, read = threading.Event(), []

    def read_again_and_again() -> None:
        for _ in range(20):
            read.append(clock.now())
            busy.wait(0.002)

    async def work() -> None:
        await asyncio.gather(clock.sleep(60_000), asyncio.to_thread(read_again_and_again))

    start = clock.now()
    await clock.run(work())
    assert read == [start] * 20


async def test_a_run_that_is_cancelled_cancels_what_it_drives(clock: VirtualClock) -> None:
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    running = asyncio.create_task(clock.run(work()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert ended.is_set()


async def test_a_deadline_by_the_clock(clock: VirtualClock) -> None:
    async def work() -> str:
        try:
            async with asyncio.timeout(None) as scope:
                clock.call_later(5_000, lambda: scope.reschedule(0))
                await clock.sleep(60_000)
        except TimeoutError:
            return f"late after {clock.now() - start}"
        return "in time"

    start = clock.now()
    assert await clock.run(work()) == "late after 5000"


async def test_time_does_not_pass_while_the_clock_is_held(clock: VirtualClock) -> None:
    answered = asyncio.Event()

    async def ask() -> int:
        with clock.held():
            await answered.wait()
            return clock.now()

    start = clock.now()
    asking = asyncio.create_task(ask())
    sleeping = asyncio.create_task(clock.run(clock.sleep(60_000)))
    await asyncio.wait([sleeping], timeout=LONGER_THAN_ITS_PATIENCE)
    answered.set()
    assert await asking == start
    await sleeping
    assert clock.now() == start + 60_000
