"""Hints of one file: our own commits as they happen, those of other processes by looking."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress

from pikku.model.change import Change, Outcome
from pikku.model.errors import StoreError
from pikku.ports.store import Hint
from pikku.stores.board import HintBoard

LOOK_SECONDS = 0.1
"""Real time, whatever the store's clock says: it is about other processes."""


class FileHints:
    """`version` gives a number that changes when another connection than the writing one has committed."""

    def __init__(self, version: Callable[[], Awaitable[int]]) -> None:
        self._version = version
        self._seen: int | None = None
        self._board = HintBoard()

    def begin(self, version: int) -> None:
        """What others have committed before this is known."""
        self._seen = version

    def publish_outcomes(self, changes: Sequence[Change], outcomes: Sequence[Outcome]) -> None:
        """Tell the listeners of this process."""
        self._board.publish_outcomes(changes, outcomes)

    def listen(self) -> AsyncIterator[Hint]:
        """The hints from now on."""
        return self._board.subscribe_while(self._look_again_and_again)

    async def _look_again_and_again(self) -> None:
        while True:
            with suppress(StoreError):  # hints only save waiting; the store may be back at the next look
                self._compare(await self._version())
            await asyncio.sleep(LOOK_SECONDS)

    def _compare(self, version: int) -> None:
        # Whichever listener looks first tells all of them.
        if version != self._seen:
            self._seen = version
            self._board.publish(())
