"""Waits for runs to end, whoever ends them."""

import asyncio
import logging
from collections.abc import Callable, Collection

from pikku.model.errors import UnknownRunError
from pikku.model.ids import RunId
from pikku.model.run import Run, RunStatus
from pikku.ports.store import Hint, RunQuery, Store
from pikku.runtime.background import Background, listen
from pikku.runtime.deadline import is_set_within

logger = logging.getLogger("pikku.watch")

ENDED = [status for status in RunStatus if status.ended]
RUNS_PER_LOOK = 500
LEAST_PAUSE = 0.02


class Watch:
    """One listener for a whole process: looks at all awaited runs at a hint, or in one query after `poll_ms`.

    Polling is in real time, whatever the clock of the workflows says: it only makes up for lost hints.
    """

    def __init__(self, store: Store, poll_ms: int) -> None:
        self._store = store
        self._poll = poll_ms / 1_000
        self._waiters: dict[RunId, set[asyncio.Future[Run]]] = {}
        self._followers: dict[RunId, Callable[[], None]] = {}
        self._hinted: set[RunId] = set()
        self._hinted_at_anything = False
        self._look_now = asyncio.Event()
        self._background = Background()

    def start(self) -> None:
        self._background.start(listen(self._store, self._take), self._look_again_and_again())

    async def stop(self) -> None:
        """Look no more. Safe when never started, and twice."""
        await self._background.stop()

    async def ended(self, run_id: RunId) -> Run:
        """The run, once it has ended. Raises `UnknownRunError`."""
        future: asyncio.Future[Run] = asyncio.get_running_loop().create_future()
        self._waiters.setdefault(run_id, set()).add(future)
        try:
            run = await self._store.get_run(run_id)
            if run is None:
                raise UnknownRunError(run_id)
            return run if run.status.ended else await future
        finally:
            self._forget(run_id, future)

    def follow(self, run_id: RunId, on_ended: Callable[[], None]) -> None:
        """Call `on_ended` if somebody else ends this run, until `unfollow`."""
        self._followers[run_id] = on_ended

    def unfollow(self, run_id: RunId) -> None:
        self._followers.pop(run_id, None)

    def announce(self, run: Run) -> None:
        """The run has ended: this process has done it, or has read it."""
        for future in self._waiters.get(run.run_id, ()):
            if not future.done():
                future.set_result(run)
        if follower := self._followers.pop(run.run_id, None):
            follower()

    def strand(self, run_id: RunId, error: Exception) -> None:
        """This process cannot go on with the run: who waits for it here hears that instead of waiting."""
        for future in self._waiters.get(run_id, ()):
            if not future.done():
                future.set_exception(error)

    def _forget(self, run_id: RunId, future: "asyncio.Future[Run]") -> None:
        waiters = self._waiters[run_id]
        waiters.discard(future)
        if not waiters:
            del self._waiters[run_id]

    def _take(self, hint: Hint) -> None:
        self._hinted |= hint
        self._hinted_at_anything |= not hint
        self._look_now.set()

    async def _look_again_and_again(self) -> None:
        while True:
            run_ids = await self._next_look()
            try:
                await self._look(run_ids)
            except Exception as error:  # noqa: BLE001  the store may be back at the next look
                logger.warning("could not look for ended runs, trying again: %s", error)
                await asyncio.sleep(self._poll)

    async def _next_look(self) -> Collection[RunId]:
        if not await is_set_within(self._look_now, self._poll):
            return list(self._waiters)
        await asyncio.sleep(LEAST_PAUSE if self._hinted_at_anything else 0)
        known = self._waiters.keys() | self._followers.keys()
        run_ids = known if self._hinted_at_anything else known & self._hinted
        self._hinted.clear()
        self._hinted_at_anything = False
        self._look_now.clear()
        return run_ids

    async def _look(self, run_ids: Collection[RunId]) -> None:
        ids = list(run_ids)
        for start in range(0, len(ids), RUNS_PER_LOOK):
            some = ids[start : start + RUNS_PER_LOOK]
            for run in await self._store.list_runs(RunQuery(run_ids=some, statuses=ENDED, limit=len(some))):
                self.announce(run)
