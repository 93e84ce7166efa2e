"""A listener to the hints of a store."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from pikku.model.ids import RunId
from pikku.ports.store import Hint, Store

PATIENCE = 60.0


class Ears:
    """Listens to a store for as long as the block lasts."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._heard: asyncio.Queue[Hint] = asyncio.Queue()
        self.all_heard: set[RunId] = set()

    async def __aenter__(self) -> "Ears":
        self._task = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])

    async def hear(self, act: Callable[[], Awaitable[object]], run: RunId) -> None:
        """Return when a hint names the run; act again and again, since nobody says when listening begins."""
        async with asyncio.timeout(PATIENCE):
            while True:
                await act()
                with suppress(TimeoutError):
                    async with asyncio.timeout(0.25):
                        while run not in await self._heard.get():
                            pass
                        return

    async def hear_once(self, hint: Hint) -> None:
        async with asyncio.timeout(PATIENCE):
            while await self._heard.get() != hint:
                pass

    async def _listen(self) -> None:
        async for hint in self._store.hints():
            self.all_heard |= hint
            self._heard.put_nowait(hint)
