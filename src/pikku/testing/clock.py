"""A clock that stands still until a test moves it."""

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar

from pikku.model.duration import Duration, parse_duration
from pikku.ports.clock import Alarm
from pikku.runtime.rounds import ThreadRounds

T = TypeVar("T")

START = datetime(2030, 1, 1, tzinfo=UTC)
"""When every virtual clock begins, unless told otherwise."""

QUIET_TURNS = 20
"""So many turns of the event loop pass before it is asked whether anything has happened."""


class VirtualClock:
    """Virtual time for one event loop: `now` moves only by `advance` and `run`, and then at once.

        clock = VirtualClock()
        async with app.connect(store=MemoryStore(clock=clock), clock=clock) as pikku:
            await clock.run(pikku.run(onboarding, data))      # "Wait 5 minutes" takes no time

    `now` may be read from any thread. Everything else belongs to the thread of the event loop. `patience_ms` is the real
    time for which nothing must happen before time goes on: it is for stores and functions that work in threads, whose
    answers the event loop cannot foresee. Where that may not be enough, hold the clock for as long as it takes: see `held`.
    """

    def __init__(self, start: datetime = START, *, patience_ms: int = 5) -> None:
        self._now = round(start.timestamp() * 1_000)
        self._patience = patience_ms / 1_000
        self._timers: list[_Timer] = []
        self._set = 0
        self._sleepers: set[_Timer] = set()
        self._watchers: list[tuple[int, asyncio.Future[None]]] = []
        self._touched = 0
        self._holders = 0

    def __repr__(self) -> str:
        return f"VirtualClock({datetime.fromtimestamp(self._now / 1_000, UTC).isoformat()})"

    def now(self) -> int:
        """Milliseconds since 1970."""
        self._touched += 1
        return self._now

    async def sleep(self, ms: int) -> None:
        """Return once the clock has been moved by so many milliseconds; at once if there are none."""
        if ms <= 0:
            await asyncio.sleep(0)
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        timer = self._add(ms, lambda: _resolve(done))
        self._sleepers.add(timer)
        self._tell_watchers()
        try:
            await done
        finally:
            self._drop(timer)

    def stopwatch(self) -> Callable[[], int]:
        """Begin to measure: what is returned tells by how many milliseconds the clock has been moved since."""
        began = self._now
        return lambda: self._now - began

    def call_later(self, ms: int, ring: Callable[[], None]) -> Alarm:
        """Call `ring` once the clock has been moved by so many milliseconds; soon if there are none."""
        if ms <= 0:
            return asyncio.get_running_loop().call_soon(ring)
        return self._add(ms, ring)

    def repeat(self, ms: float, work: Callable[[], object]) -> ThreadRounds:
        """In real time, as on any clock: it is about this process, not about what the clock is asked for."""
        return ThreadRounds(ms, work)

    async def advance(self, duration: Duration) -> None:
        """Move the clock. Sleeps end and alarms ring in order of time, each at its own instant.

        Before each, and at the end, the event loop does what there is to do. An alarm that raises ends the advance there.
        """
        until = self._now + parse_duration(duration)
        await _turns()
        while (timer := self._first()) is not None and timer.due <= until:
            self._fire(timer)
            await self._rest()
        self._now = max(self._now, until)
        await _turns()

    @contextmanager
    def held(self) -> Iterator[None]:
        """Something takes real time, and none of ours: for as long as the block lasts, `advance` and `run` do not go on."""
        self._holders += 1
        try:
            yield
        finally:
            self._holders -= 1
            self._touched += 1

    async def sleeping(self, n: int = 1) -> None:
        """Return as soon as at least `n` sleeps are pending."""
        await self._watch_for(n)

    async def run(self, awaitable: Awaitable[T]) -> T:
        """Drive to the end: whenever nothing happens but somebody sleeps, the clock leaps to the end of the next sleep.

        Alarms on the way ring in their order; alarms alone do not make the clock leap. Returns or raises what the
        awaitable does.
        """
        task = asyncio.ensure_future(awaitable)
        try:
            while not task.done():
                await self._leap(task)
            return task.result()
        finally:
            if not task.done():
                task.cancel()
                await asyncio.wait([task])

    async def _leap(self, task: "asyncio.Future[T]") -> None:
        if not self._sleepers:
            sleeping = self._watch_for(1)
            either: list[asyncio.Future[Any]] = [task, sleeping]
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            sleeping.cancel()
        await self._rest(task)
        timer = self._first()
        # Whatever rings now may set an earlier timer, so that only one is fired at a time.
        if timer is not None and self._sleepers and not task.done():
            self._fire(timer)

    async def _rest(self, task: "asyncio.Future[T] | None" = None) -> None:
        """Return when for some turns and the real time of our patience nobody has held the clock, or asked it for anything."""
        touched = None
        while (self._holders or touched != self._touched) and not (task and task.done()):
            touched = self._touched
            await _turns()
            if task is None:
                await asyncio.sleep(self._patience)
            else:
                await asyncio.wait([task], timeout=self._patience)

    def _watch_for(self, n: int) -> "asyncio.Future[None]":
        watcher: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._watchers.append((n, watcher))
        self._tell_watchers()
        return watcher

    def _tell_watchers(self) -> None:
        for n, watcher in self._watchers:
            if len(self._sleepers) >= n:
                _resolve(watcher)
        self._watchers = [(n, watcher) for n, watcher in self._watchers if not watcher.done()]

    def _add(self, ms: int, ring: Callable[[], None]) -> "_Timer":
        self._touched += 1
        self._set += 1
        timer = _Timer(self._now + ms, self._set, ring)
        heapq.heappush(self._timers, timer)
        return timer

    def _first(self) -> "_Timer | None":
        while self._timers and self._timers[0].over:
            heapq.heappop(self._timers)
        return self._timers[0] if self._timers else None

    def _fire(self, timer: "_Timer") -> None:
        self._now = max(self._now, timer.due)
        self._drop(timer)
        timer.ring()

    def _drop(self, timer: "_Timer") -> None:
        self._touched += 1
        timer.cancel()
        self._sleepers.discard(timer)


class _Timer:
    """A sleep or an alarm; those of one instant go off in the order in which they were set."""

    __slots__ = ("due", "order", "over", "ring")

    def __init__(self, due: int, order: int, ring: Callable[[], None]) -> None:
        self.due = due
        self.order = order
        self.ring = ring
        self.over = False

    def __lt__(self, other: "_Timer") -> bool:
        return (self.due, self.order) < (other.due, other.order)

    def cancel(self) -> None:
        self.over = True


def _resolve(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)


async def _turns() -> None:
    for _ in range(QUIET_TURNS):
        await asyncio.sleep(0)
