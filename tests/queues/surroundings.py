"""What the tests of queues work with."""

import asyncio
from collections.abc import Awaitable, Callable

from pikku.testing.contracts.queues import PATIENCE, Process

NewProcess = Callable[..., Awaitable[Process]]


async def until(done: Callable[[], Awaitable[object]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await done():  # noqa: ASYNC110  it is the server that is asked
            await asyncio.sleep(0.01)
