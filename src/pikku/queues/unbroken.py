"""Messages for as long as somebody wants them, whatever happens to the connection."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractContextManager, aclosing

from pikku.model.errors import QueueError
from pikku.model.pauses import next_pause
from pikku.ports.store import Hint


async def unbroken(
    until_cut: Callable[[], AsyncGenerator[Hint]],
    told_of: Callable[[], AbstractContextManager[None]],
    logger: logging.Logger,
) -> AsyncGenerator[Hint]:
    """The hints of one connection after the other, with growing pauses between those that bring none.

    `told_of` makes `QueueError` of what a connection may raise; that is logged in a line.
    """
    pause = 0
    while True:
        try:
            with told_of():
                async with aclosing(until_cut()) as hints:
                    async for hint in hints:
                        pause = 0
                        yield hint
        except QueueError as error:
            logger.warning("no messages for now: %s", error)
        pause = next_pause(pause)
        await asyncio.sleep(pause / 1_000)
