"""What a trial needs of a database besides the store that is measured on it."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

Figures = dict[str, float]


class Database(Protocol):
    """A server that keeps what it has confirmed, for as long as a `with` block lasts, and what the driver alone does on it."""

    name: str
    title: str
    """What its figures are about."""
    yardstick: str
    """The figure beside which all others are shown: writes of the plainest kind, one after the other."""
    unit: str
    """What one of them is called."""
    queues: Sequence[str]
    """Those that are measured: what is installed."""

    def running(self) -> AbstractContextManager[Any]: ...

    def empty(self) -> str:
        """The address of an empty store. There is one at a time."""
        ...

    async def yardsticks(self) -> Figures:
        """What the driver alone does, with one connection."""
        ...

    async def asleep(self) -> int:
        """How many runs sleep, and nobody holds them."""
        ...

    async def wake(self) -> None:
        """Make all of them due."""
        ...

    async def completed(self) -> int:
        """How many runs have ended well."""
        ...
