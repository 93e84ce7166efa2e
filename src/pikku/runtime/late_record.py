"""A record that is only worth writing when what it tells of takes long."""

import asyncio
from collections.abc import Awaitable, Callable

from pikku.runtime.late_bell import LateBell


class LateRecord:
    """From now until `over` or `close`, writes once when the bell rings."""

    __slots__ = ("_bell", "_write", "_writing")

    def __init__(self, bell: LateBell, write: Callable[[], Awaitable[None]]) -> None:
        self._bell = bell
        self._write = write
        self._writing: asyncio.Future[None] | None = None
        bell.begin(self)

    def ring(self) -> None:
        self._writing = asyncio.ensure_future(self._write())

    def over(self) -> Awaitable[None] | None:
        """No write begins after this. Gives the one that has begun, to be waited for."""
        self._bell.over(self)
        return self._writing

    def close(self) -> None:
        """Nothing is written after this, whatever has become of what it was to tell of."""
        self._bell.over(self)
        if self._writing is not None and not self._writing.done():
            self._writing.cancel()
        elif self._writing is not None and not self._writing.cancelled():
            self._writing.exception()  # who waited has heard it, or something has been raised that matters more
