"""Keeps what this process owns: renews from a thread of its own, so that a blocked event loop loses nothing."""

import asyncio
import logging
import os
import socket
import threading
from collections.abc import Callable

from pikku.model.change import Held, Lease
from pikku.model.ids import RunId
from pikku.model.pauses import next_pause
from pikku.ports.clock import Chance, Clock, Rounds
from pikku.ports.store import Store

logger = logging.getLogger("pikku.leases")

RENEWALS_PER_LEASE = 3


def new_owner(chance: Chance) -> str:
    """A name for this process that no other has, and that tells people where it is."""
    return f"{socket.gethostname()}:{os.getpid()}:{chance.token(4).hex()}"


class LeaseKeeper:
    """`hold` what is owned, `let_go` when it is not; `on_lost` is called on the loop for what another owner has."""

    def __init__(self, store: Store, lease: Lease, clock: Clock, on_lost: Callable[[Held], None]) -> None:
        self.lease = lease
        self._store = store
        self._clock = clock
        self._on_lost = on_lost
        self._renewed_at = self._sure_at = clock.now()
        self._begun = self._sure_of = 0
        self._unproved: dict[int, int] = {}
        self._turn = asyncio.Lock()
        self._renewing: set[asyncio.Future[bool]] = set()
        self._held: dict[tuple[RunId, str | None], Held] = {}
        self._lock = threading.Lock()
        self._rounds: Rounds | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._rounds = self._clock.repeat(self.lease.ttl_ms / RENEWALS_PER_LEASE, self.renew)

    async def stop(self) -> None:
        """Renew no more. Safe when never started, and twice."""
        if self._rounds is not None:
            await asyncio.to_thread(self._rounds.end)
            self._rounds = None
        if self._renewing:
            await asyncio.wait(self._renewing)

    def hold(self, held: Held, asked_at: int) -> None:
        """Keep what this process has got, and asked for when its clock was at `asked_at`: its lease may be as old as that."""
        with self._lock:
            self._held[held.run_id, held.key] = held
            # A renewal that is under way now does not know of it, and proves nothing about it.
            self._unproved[self._begun] = min(asked_at, self._unproved.get(self._begun, asked_at))
            self._sure_at = min(self._sure_at, asked_at)

    def let_go(self, held: Held) -> None:
        with self._lock:
            if self._held.get((held.run_id, held.key)) == held:
                del self._held[held.run_id, held.key]

    async def catch_up(self) -> None:
        """Renew what is held if that is late: a process that has slept must not take its own runs for somebody's who died."""
        if self._held and self._clock.now() - self._renewed_at > self.lease.ttl_ms / RENEWALS_PER_LEASE:
            await self._renew_beside()

    def is_sure(self) -> bool:
        """Whether all that is held is known to be held still."""
        return self._clock.now() - self._sure_at < self.lease.ttl_ms

    async def make_sure(self, since: int | None = None) -> None:
        """Return when what is held is known to be held still, and what is not has been told as lost.

        For the most part at once. But what was renewed, or taken over `since` a time of our clock, a whole lease ago may be
        somebody else's: a process that has stood still must not begin what others have finished meanwhile.
        """
        if self._clock.now() - (self._sure_at if since is None else since) < self.lease.ttl_ms:
            return
        before, pause = self._begun, 0
        async with self._turn:
            # A renewal that began after `before` was of everything that is held now: one does for all who wait here.
            # An answer that took a whole lease proves nothing any more.
            while self._sure_of <= before or self._clock.now() - self._sure_at >= self.lease.ttl_ms:
                if not await self._renew_beside():
                    pause = next_pause(pause, longest_ms=self.lease.ttl_ms // RENEWALS_PER_LEASE)
                    await self._clock.sleep(pause)

    def renew(self) -> bool:
        """Renew all that is held, once, and tell whether that could be done. The thread does this all the time."""
        with self._lock:
            held = list(self._held.values())
            self._begun += 1
            number, now = self._begun, self._clock.now()
        self._renewed_at = now
        try:
            lost = self._store.renew(self.lease, held) if held and self._loop is not None else ()
        except Exception as error:  # noqa: BLE001  the next renewal may succeed, and until then the guards protect the runs
            logger.warning("could not renew %d leases, trying again: %s", len(held), error)
            return False
        for each in lost:
            if self._loop is not None and not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._on_lost, each)
        with self._lock:
            self._unproved = {begun: since for begun, since in self._unproved.items() if begun >= number}
            self._sure_at, self._sure_of = min([now, *self._unproved.values()]), number
        return True

    async def _renew_beside(self) -> bool:
        # A thread cannot be cancelled: whoever stops waiting leaves it to `stop`, so that the store is not closed under it.
        renewing = asyncio.ensure_future(asyncio.to_thread(self.renew))
        self._renewing.add(renewing)
        renewing.add_done_callback(self._renewing.discard)
        return await asyncio.shield(renewing)
