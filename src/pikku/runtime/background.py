"""Work that goes on beside the runs, from `start` to `stop`."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

from pikku.ports.store import Hint

logger = logging.getLogger("pikku.hints")


class Background:
    """Tasks with one lifecycle. `stop` is safe when never started, and twice: the second time it cancels again, which ends
    what takes its time to end.
    """

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []

    def start(self, *works: Coroutine[Any, Any, None]) -> None:
        self._tasks += [asyncio.create_task(work) for work in works]

    async def stop(self) -> None:
        """Cancel what goes on, and return when it has ended."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        self._tasks = []


async def listen(hints: Callable[[], AsyncIterator[Hint]], take: Callable[[Hint], None]) -> None:
    """Take hints as they come. If they end, whoever listens has to do with polling."""
    try:
        async for hint in hints():
            take(hint)
    except Exception as error:  # noqa: BLE001  hints only save waiting
        logger.warning("no more hints, polling instead: %s", error)
