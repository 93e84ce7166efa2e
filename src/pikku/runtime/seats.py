"""The room that this process has for remote steps: for those that it has claimed, and for those that stay with their bodies."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from types import TracebackType
from typing import Any

from pikku.registry.marks import FunctionMark, mark_of
from pikku.registry.registry import Registry
from pikku.runtime.settings import Settings
from pikku.runtime.work import Lane

PATIENCE = 0.02
"""So many seconds, of real time, is a seat waited for: then somebody else may have room."""

MOST_IN_THREADS = 16
"""So many plain functions stay at once: more could fill the threads, of which a process has few."""

CLAIMED_SHARE = 4
"""One seat in so many, but at least one, is kept for what is claimed: what stays never leaves the queue without."""


class Seats:
    """As many as this process executes remote steps at once. `on_freed` hears when a step that stayed has left its seat."""

    def __init__(self, registry: Registry, settings: Settings, most: int, on_freed: Callable[[], None]) -> None:
        self._registry = registry
        self._settings = settings
        self._most = most
        self._most_stay = most - max(1, most // CLAIMED_SHARE)
        self._on_freed = on_freed
        self._lanes: Collection[Lane] = ()
        self._claimed = self._staying = 0
        self._plain: dict[bool, int] = {False: 0, True: 0}
        self._waiting: deque[asyncio.Future[bool]] = deque()

    @property
    def room(self) -> int:
        """How many seats are free."""
        return self._most - self._claimed - self._staying

    def open(self, lanes: Collection[Lane]) -> None:
        """From now on, calls of these functions may stay, unless the settings say that none does."""
        self._lanes = lanes if self._settings.hand_off else ()

    def close(self) -> None:
        """Nothing stays any more; what does already is let end."""
        self._lanes = ()

    def take(self) -> None:
        """A step has been claimed."""
        self._claimed += 1

    def leave(self) -> None:
        """A step that was claimed is not here any more."""
        self._claimed -= 1
        self._admit()

    async def seat(self, workflow: str, function: str) -> "Seat | None":
        """A seat for a call that a body of this workflow makes; `None` if the call is none of ours, or there is no room."""
        if not any(_serves(lane, workflow, function) for lane in self._lanes):
            return None
        computes = self._computes(function)
        if computes is not None and self._plain[computes] >= self._most_plain(computes):
            return None
        if not await self._is_admitted():
            return None
        if computes is not None:
            self._plain[computes] += 1
        return Seat(lambda: self._vacate(computes))

    async def _is_admitted(self) -> bool:
        if not self._waiting and self._has_room():
            self._staying += 1
            return True
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[bool] = loop.create_future()
        self._waiting.append(turn)
        alarm = loop.call_later(PATIENCE, _decline, turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.result():
                self._vacate(None)
            raise
        finally:
            alarm.cancel()

    def _admit(self) -> None:
        while self._waiting and (self._waiting[0].done() or self._has_room()):
            turn = self._waiting.popleft()
            if not turn.done():
                self._staying += 1
                turn.set_result(True)

    def _has_room(self) -> bool:
        return self._staying < self._most_stay and self.room > 0

    def _vacate(self, computes: bool | None) -> None:
        self._staying -= 1
        if computes is not None:
            self._plain[computes] -= 1
        self._admit()
        self._on_freed()

    def _computes(self, name: str) -> bool | None:
        """Whether a plain function has a process of its own, or else a thread; `None` if it is async and needs neither."""
        function = self._registry.function(name)
        mark = mark_of(function.call)
        return None if function.signature.is_async else isinstance(mark, FunctionMark) and mark.cpu

    def _most_plain(self, computes: bool) -> int:
        return self._settings.cpu_processes if computes else MOST_IN_THREADS


class Seat:
    """Taken by one step for as long as it executes; left at the end of the block at the latest."""

    __slots__ = ("_vacate",)

    def __init__(self, vacate: Callable[[], None]) -> None:
        self._vacate: Callable[[], None] | None = vacate

    def around(self, work: Callable[[], Awaitable[Any]]) -> Callable[[], Awaitable[Any]]:
        """The same work, after which the seat is left: others need not wait until its result is recorded."""

        async def seated() -> Any:
            with self:
                return await work()

        return seated

    def __enter__(self) -> None:
        return

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._vacate is not None:
            vacate, self._vacate = self._vacate, None
            vacate()


def _decline(turn: asyncio.Future[bool]) -> None:
    if not turn.done():
        turn.set_result(False)


def _serves(lane: Lane, workflow: str, function: str) -> bool:
    return function in lane.functions and (lane.workflows is None or workflow in lane.workflows)
