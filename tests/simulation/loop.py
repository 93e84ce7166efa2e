"""The event loop of one process of a simulated world: asyncio's rules, the world's time."""

import asyncio
import heapq
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Any, TypeVar, TypeVarTuple, Unpack

A = TypeVarTuple("A")
T = TypeVar("T")

MOST_TURNS = 200_000
"""So many callbacks without any time passing, and the process spins."""


class SimulatedTask(asyncio.Task[Any]):
    """Its place in sets depends on when it was made, not on where in memory it is: or else no seed could be repeated."""

    serial = 0

    def __hash__(self) -> int:
        return self.serial


class SimulatedFuture(asyncio.Future[Any]):
    serial = 0

    def __hash__(self) -> int:
        return self.serial


class ProcessLoop(asyncio.BaseEventLoop):
    """Does nothing by itself: whoever simulates calls `run_ready`, and is called by `wake` when there is something to run.

    Callbacks run in the order in which they were given, as asyncio promises.
    """

    def __init__(
        self,
        seconds: Callable[[], float],
        wake: Callable[[], None],
        beside: Callable[[Callable[[], Any], Callable[[Any, BaseException | None], None]], None],
    ) -> None:
        super().__init__()
        self._seconds = seconds
        self._wake = wake
        self._beside = beside
        self._handles: deque[asyncio.Handle] = deque()
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._serial = 0
        self.tasks: list[SimulatedTask] = []

    def time(self) -> float:
        return self._seconds()

    def is_running(self) -> bool:
        return False

    def call_soon(
        self, callback: Callable[[Unpack[A]], object], *args: *A, context: Context | None = None
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._handles.append(handle)
        return handle

    def call_soon_threadsafe(
        self, callback: Callable[[Unpack[A]], object], *args: *A, context: Context | None = None
    ) -> asyncio.Handle:
        handle = self.call_soon(callback, *args, context=context)
        self._wake()
        return handle

    def call_later(
        self, delay: float, callback: Callable[[Unpack[A]], object], *args: *A, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[[Unpack[A]], object], *args: *A, context: Context | None = None
    ) -> asyncio.TimerHandle:
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        if when <= self.time():
            self._handles.append(timer)
        else:
            self._serial += 1
            heapq.heappush(self._timers, (when, self._serial, timer))
        return timer

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """For asyncio: a cancelled timer stays where it is until its time."""

    def create_future(self) -> SimulatedFuture:
        self._serial += 1
        future = SimulatedFuture(loop=self)
        future.serial = self._serial
        return future

    def create_task(self, coro: Any, *, name: object = None, context: Context | None = None) -> SimulatedTask:
        self._serial += 1
        task = SimulatedTask(coro, loop=self, context=context)
        task.serial = self._serial
        self.tasks.append(task)
        return task

    def run_in_executor(self, executor: Any, func: Callable[[Unpack[A]], T], *args: *A) -> asyncio.Future[T]:
        """Beside the loop, as in a thread: see `errand.py`."""
        future = self.create_future()

        def done(result: Any, error: BaseException | None) -> None:
            if future.done():
                return
            if error is None:
                future.set_result(result)
            else:
                future.set_exception(error)

        self._beside(lambda: func(*args), done)
        return future

    def next_timer(self) -> float | None:
        """When the next timer is due, by this loop's clock."""
        while self._timers and self._timers[0][2].cancelled():
            heapq.heappop(self._timers)
        return self._timers[0][0] if self._timers else None

    def run_ready(self) -> None:
        """Run what is due and ready, until nothing is."""
        asyncio._set_running_loop(self)
        try:
            self._ripen()
            for _ in range(MOST_TURNS):
                if not self._handles:
                    return
                handle = self._handles.popleft()
                if not handle.cancelled():
                    handle._run()
            raise AssertionError("a process spins: callbacks call callbacks, and no time passes")
        finally:
            asyncio._set_running_loop(None)

    def _ripen(self) -> None:
        now = self.time()
        while self._timers and self._timers[0][0] <= now:
            _, _, timer = heapq.heappop(self._timers)
            if not timer.cancelled():
                self._handles.append(timer)

    def clear_away(self) -> None:
        """End all that is left, so that nothing happens when it is collected."""
        for _ in range(100):
            self.tasks = [task for task in self.tasks if not task.done()]
            if not self.tasks:
                break
            for task in self.tasks:
                task.cancel()
            self.run_ready()
        self.close()
