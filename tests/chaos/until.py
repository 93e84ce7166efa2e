"""Waits for what happens in other processes."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Return when it is so."""
    async with asyncio.timeout(60):
        while not await is_so():
            await asyncio.sleep(0.05)
