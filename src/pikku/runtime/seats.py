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
"""So many plain functions stay at once: more could fill the threads, of which a process has few. Of those with `cpu=True` it is
as many as there are processes for them: others need not wait for these.
"""

CLAIMED_SHARE = 4
"""One seat in so many, but at least one, is kept for what is claimed: what stays never leaves the queue without."""


class Seats:
    """As many as this process executes remote steps at once. `on_freed` hears when a step that stayed has left its seat."""

    def __init__(self, registry: Registry, settings: Settings, most: int, on_freed: Callable[[], None]) -> None:
        self._registry = registry
        self._hands_off = settings.hand_off
        self._most = most
        self._most_stay = most - max(1, most // CLAIMED_SHARE)
        self._on_freed = on_freed
        self._lanes: Collection[Lane] = ()
        self._claimed = self._staying = 0
        self._in_threads, self._in_processes = _Few(MOST_IN_THREADS), _Few(settings.cpu_processes)
        self._found: dict[tuple[str, str], _Few | None] = {}
        self._waiting: deque[asyncio.Future[bool]] = deque()

    @property
    def room(self) -> int:
        """How many seats are free."""
        return self._most - self._claimed - self._staying

    def open(self, lanes: Collection[Lane]) -> None:
        """From now on, calls of these functions may stay, unless the settings say that none does."""
        self._lanes = lanes if self._hands_off else ()

    def close(self) -> None:
        """Nothing stays any more; what does already is let end."""
        self._lanes = ()
        self._found.clear()

    def take(self) -> None:
        """A step has been claimed."""
        self._claimed += 1

    def leave(self) -> None:
        """A step that was claimed is not here any more."""
        self._claimed -= 1
        self._admit()

    async def seat(self, workflow: str, function: str) -> "Seat | None":
        """A seat for a call that a body of this workflow makes; `None` if the call is none of ours, or there is no room."""
        place = workflow, function
        if place not in self._found and not self._find(place):
            return None
        few = self._found[place]
        if few is not None and few.count >= few.most:
            return None
        if not await self._is_admitted():
            return None
        if few is not None:
            few.count += 1
        return Seat(self, few)

    def vacate(self, few: "_Few | None" = None) -> None:
        """For `Seat`: a step that stayed has been executed."""
        self._staying -= 1
        if few is not None:
            few.count -= 1
        self._admit()
        self._on_freed()

    def _find(self, place: tuple[str, str]) -> bool:
        """Whether the call is one of ours; if so, it is found from now on."""
        workflow, name = place
        if not any(_serves(lane, workflow, name) for lane in self._lanes):
            return False
        function = self._registry.function(name)
        mark = mark_of(function.call)
        plain = self._in_processes if isinstance(mark, FunctionMark) and mark.cpu else self._in_threads
        self._found[place] = None if function.signature.is_async else plain
        return True

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
                self.vacate()
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


class _Few:
    """Plain functions that stay now, and how many may."""

    __slots__ = ("count", "most")

    def __init__(self, most: int) -> None:
        self.most = most
        self.count = 0


class Seat:
    """Taken by one step for as long as it executes; left at the end of the block at the latest."""

    __slots__ = ("_few", "_seats")

    def __init__(self, seats: Seats, few: _Few | None) -> None:
        self._seats: Seats | None = seats
        self._few = few

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
        if self._seats is not None:
            seats, self._seats = self._seats, None
            seats.vacate(self._few)


def _decline(turn: asyncio.Future[bool]) -> None:
    if not turn.done():
        turn.set_result(False)


def _serves(lane: Lane, workflow: str, function: str) -> bool:
    return function in lane.functions and (lane.workflows is None or workflow in lane.workflows)
