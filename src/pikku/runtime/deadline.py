"""A time limit by our own clock, so that a test's virtual time counts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pikku.ports.clock import Clock


@asynccontextmanager
async def deadline(clock: Clock, ms: int | None) -> AsyncIterator[None]:
    """Raise `TimeoutError` out of the block when it takes longer than `ms`; `None` is no limit."""
    if ms is None:
        yield
        return
    async with asyncio.timeout(None) as scope:
        alarm = clock.call_later(ms, lambda: scope.reschedule(0))
        try:
            yield
        finally:
            alarm.cancel()


async def is_set_within(event: asyncio.Event, seconds: float) -> bool:
    """Wait for the event, at most so long in real time. (`asyncio.wait_for` of Python 3.11 can swallow a cancellation.)"""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return False
    return True
