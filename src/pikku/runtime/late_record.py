"""A record that is only worth writing when what it tells of takes long."""

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType

from pikku.ports.clock import Alarm, Clock


class LateRecord:
    """Inside the block, writes once after `ms`; `over()` waits until a write that has begun is done."""

    def __init__(self, clock: Clock, ms: int, write: Callable[[], Awaitable[None]]) -> None:
        self._clock = clock
        self._ms = ms
        self._write = write
        self._alarm: Alarm | None = None
        self._writing: asyncio.Future[None] | None = None

    async def __aenter__(self) -> "LateRecord":
        self._alarm = self._clock.call_later(self._ms, self._ring)
        return self

    async def over(self) -> None:
        """Nothing is written after this. Raises what the write raised."""
        if self._alarm is not None:
            self._alarm.cancel()
        if self._writing is not None:
            await self._writing

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        if self._writing is not None and not self._writing.done():
            self._writing.cancel()
        elif self._writing is not None and not self._writing.cancelled():
            self._writing.exception()  # over() has raised it, or the block has raised something that matters more

    def _ring(self) -> None:
        self._writing = asyncio.ensure_future(self._write())
