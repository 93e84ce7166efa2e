"""Lets results into a body one at a time, each when the body has come to rest after the one before.

So the order in which parallel branches go on depends on the recorded order of results alone, not on how many turns of
the event loop a branch happens to take. See docs/decisions/deliveries-are-recorded.md.
"""

import asyncio
from collections import OrderedDict

from pikku.engine.deliveries import Call, Deliveries

QUIET_TURNS = 8
"""So many turns of the loop without a new call, and a body is at rest. A gather inside a gather takes about three."""


class Turnstile:
    """The results that wait to be seen by one body."""

    def __init__(self, deliveries: Deliveries) -> None:
        self._deliveries = deliveries
        # A dict that is emptied from its beginning forgets where that is, and looks for it each time.
        self._waiting: OrderedDict[str, asyncio.Future[None]] = OrderedDict()
        self._turning: asyncio.Task[None] | None = None

    def lets_in(self, key: str, call: Call, *, alone: bool) -> bool:
        """Whether it is this result's turn already. `alone`: it is new, and no other call of the body is under way."""
        if (self._turning is not None or not alone) and not self._deliveries.is_sequential(call):
            return False
        self._deliveries.delivered(key)
        return True

    async def enter(self, key: str) -> None:
        """Return when it is this result's turn."""
        await self._wait(key)
        self._deliveries.delivered(key)

    async def rest(self) -> None:
        """Return when the body has come to rest."""
        calls = -1
        while calls != self._deliveries.calls:
            calls = self._deliveries.calls
            for _ in range(QUIET_TURNS):
                await asyncio.sleep(0)

    def close(self) -> None:
        """Let nothing in any more, and send away who waits."""
        if self._turning is not None:
            self._turning.cancel()
        for turn in self._waiting.values():
            turn.cancel()

    async def _wait(self, key: str) -> None:
        turn = self._waiting[key] = asyncio.get_running_loop().create_future()
        if self._turning is None:
            self._turning = asyncio.create_task(self._turn())
        try:
            await turn
        finally:
            self._waiting.pop(key, None)

    async def _turn(self) -> None:
        try:
            await self.rest()
            while self._waiting:
                turn = self._waiting.pop(self._deliveries.next(self._waiting))
                if not turn.done():
                    turn.set_result(None)
                await self.rest()
        finally:
            self._turning = None
