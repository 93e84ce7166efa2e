"""Takes over what is due: started by nobody yet, waiting for its time, or left by an owner that died."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from typing import Protocol

from pikku.model.pauses import next_pause
from pikku.ports.clock import Clock
from pikku.ports.store import Hint
from pikku.runtime.background import Background, listen
from pikku.runtime.deadline import is_set_within
from pikku.runtime.leases import LeaseKeeper

logger = logging.getLogger("pikku.claims")

FIRST_CLAIM, LARGEST_CLAIM = 16, 512
"""A first claim is small, so that other workers get their share; while there is more than that, claims double."""

SHORTEST_PAUSE_MS = 10
QUIET, LONGEST_UNREST = 0.02, 0.2
"""While one look follows another, it is asked only so often, in seconds, when the next is due; at once when it is quiet."""


class Due(Protocol):
    """What a claimer takes over."""

    @property
    def what(self) -> str:
        """For messages: `runs`, `steps`."""

    @property
    def room(self) -> int:
        """For how many more there is room in this process."""

    def concerns(self, hint: Hint) -> bool:
        """Whether a hint may be about something that this process has not got yet."""

    @property
    def moment(self) -> float:
        """So many seconds after a hint that names runs it is known better whether it concerns us."""

    async def claim(self, limit: int) -> int:
        """Claim up to so many and begin to work on them; how many it were."""

    async def next_due(self) -> int | None:
        """Milliseconds until the next is due, `None` if nothing waits for a time."""


class Claimer:
    """From `start` to `stop`, claims what is due: at every hint, whenever something becomes due, and every `poll_ms` of real
    time, which makes up for hints that were lost.
    """

    def __init__(self, due: Due, keeper: LeaseKeeper, clock: Clock, poll_ms: int) -> None:
        self._due = due
        self._keeper = keeper
        self._clock = clock
        self._poll_ms = poll_ms
        self._look_now = asyncio.Event()
        self._times_are_new = True
        self._asked_at = 0.0
        self._limit = FIRST_CLAIM
        self._nap: asyncio.Future[None] | None = None
        self._trouble_ms = self._fruitless_ms = 0
        self._is_full = False
        self._claiming: asyncio.Future[int] | None = None
        self._background = Background()

    def start(self, hints: Callable[[], AsyncIterator[Hint]]) -> None:
        self._background.start(listen(hints, self._take), self._claim_again_and_again())

    async def stop(self) -> None:
        """Claim no more; a claim under way is let end. Safe when never started, and twice."""
        await self._background.stop()
        self._end_nap()
        if self._claiming is not None:
            await asyncio.wait([self._claiming])
            if not self._claiming.cancelled():
                self._claiming.exception()  # it has been told, or does not matter any more

    async def abandon(self) -> None:
        """Claim no more, and do not wait for a claim under way: as the end of the process would."""
        if self._claiming is not None:
            self._claiming.cancel()
        await self.stop()

    def look(self) -> None:
        """This process has put up something to claim, now or at its time."""
        self._times_are_new = True
        self._look_now.set()

    def freed(self) -> None:
        """There is room for one more."""
        if self._is_full:
            self._look_now.set()

    def _take(self, hint: Hint) -> None:
        if not self._due.concerns(hint):
            return
        if hint and self._due.moment:
            asyncio.get_running_loop().call_later(self._due.moment, self._take_late, hint)
        else:
            self._look_now.set()

    def _take_late(self, hint: Hint) -> None:
        if self._due.concerns(hint):
            self._look_now.set()

    async def _claim_again_and_again(self) -> None:
        while True:
            self._look_now.clear()
            try:
                await self._keeper.catch_up()
                while await self._claim_some():
                    pass
                if await self._may_ask():
                    await self._nap_until_due()
                self._trouble_ms = 0
            except Exception as error:  # noqa: BLE001  the store may be back at the next try
                await self._wait_in_trouble(error)
            else:
                await is_set_within(self._look_now, self._poll_ms / 1_000)

    async def _wait_in_trouble(self, error: Exception) -> None:
        """A pause that no hint cuts short: those that come from a store which does not answer say nothing."""
        self._trouble_ms = next_pause(self._trouble_ms)
        logger.warning("could not claim %s, trying again in %d ms: %s", self._due.what, self._trouble_ms, error)
        await asyncio.sleep(self._trouble_ms / 1_000)

    async def _claim_some(self) -> bool:
        """Whether there may be more."""
        limit = min(self._due.room, self._limit)
        self._is_full = limit <= 0
        if self._is_full:
            return False
        # Given up half-way, it could leave this process the owner of what it does not know of.
        self._claiming = asyncio.ensure_future(self._due.claim(limit))
        claimed = await asyncio.shield(self._claiming)
        self._limit = min(2 * self._limit, LARGEST_CLAIM) if claimed == limit else FIRST_CLAIM
        return claimed == limit

    async def _may_ask(self) -> bool:
        """Whether to ask for the next due time: others have seldom put up something for later in so short a time."""
        now = asyncio.get_running_loop().time()
        if not self._times_are_new and now - self._asked_at < LONGEST_UNREST:
            return not await is_set_within(self._look_now, QUIET)
        return True

    async def _nap_until_due(self) -> None:
        """Look again when something becomes due."""
        self._end_nap()
        self._times_are_new, self._asked_at = False, asyncio.get_running_loop().time()
        due = None if self._is_full else await self._due.next_due()
        if due is None:
            return
        # Due already, but not claimed: somebody else is just taking it, or it is not for us.
        self._fruitless_ms = (
            0 if due else next_pause(self._fruitless_ms, first_ms=SHORTEST_PAUSE_MS, longest_ms=self._poll_ms)
        )
        self._nap = asyncio.ensure_future(self._clock.sleep(max(due, self._fruitless_ms)))
        self._nap.add_done_callback(lambda nap: None if nap.cancelled() else self.look())

    def _end_nap(self) -> None:
        if self._nap is not None:
            self._nap.cancel()
            self._nap = None
