"""The stores of one test."""

from collections.abc import Callable
from types import TracebackType
from typing import Self

from pikku.ports.clock import TimeSource
from pikku.ports.store import Store
from pikku.testing.clock import VirtualClock

StoreMaker = Callable[[TimeSource], Store]
"""Makes a store that goes by the given clock and is not open yet. Every call makes one more store on the same data, as
another process would have it."""


class Stores:
    """All stores of one test: on the same data, which are empty at first, and by one virtual clock.

    async with Stores(lambda clock: SqliteStore(path, clock=clock)) as stores:
        mine, theirs = await stores.open(), await stores.open()
        await stores.clock.advance("30s")

    With `one_object`, for a store whose data live in one object, all of them are that object.
    """

    def __init__(self, make: StoreMaker, *, one_object: bool = False) -> None:
        self.clock = VirtualClock()
        self._make = make
        self._one_object = one_object
        self._opened: list[Store] = []

    async def open(self) -> Store:
        """One more store on the same data, opened; it is closed with all the others."""
        store = self._opened[0] if self._opened and self._one_object else self._make(self.clock)
        self._opened.append(store)
        await store.open()
        return store

    async def close(self) -> None:
        """Close all stores. Safe at any time, also twice."""
        while self._opened:
            await self._opened.pop().close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
