"""Waits for news of runs: that they have ended, or that step workers have finished steps of them."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

from pikku.model.errors import StoreError, StoreUnavailableError, UnknownRunError
from pikku.model.ids import RunId
from pikku.model.pauses import next_pause
from pikku.model.run import Run, RunStatus
from pikku.ports.store import Hint, RunQuery, Snapshot, Store
from pikku.runtime.background import Background, listen
from pikku.runtime.deadline import is_set_within

logger = logging.getLogger("pikku.watch")

T = TypeVar("T")

ENDED = [status for status in RunStatus if status.ended]
RUNS_PER_LOOK = 500
LEAST_PAUSE = 0.02
FIRST_LOOK = 0.01
"""So many seconds after its start, a run that was started here is looked at for who waits for its end."""
LOOKS_FOR_GONE = 30
"""So many times the time of polling is it until runs are looked for that are not there any more: a run is kept for longer than
that after its end, but a process may stand still."""


class Follower(Protocol):
    """Who works on something of a run."""

    def asks(self) -> Collection[str] | None:
        """The keys of the steps that there should be news of; without any, the end of the run is; `None`: there is no news."""

    def take(self, snapshot: Snapshot, asked: Collection[str]) -> None:
        """The run as it is now; of its steps, those with the keys that were asked for."""


class Watch:
    """One listener for a whole process: looks at all runs that matter here at a hint, or together after `poll_ms`.

    Polling is in real time, whatever the clock of the workflows says: it only makes up for lost hints.
    """

    def __init__(self, store: Store, poll_ms: int) -> None:
        self._store = store
        self._poll = poll_ms / 1_000
        self._waiters: dict[RunId, set[asyncio.Future[Run]]] = {}
        self._followers: dict[RunId, list[Follower]] = {}
        self._hinted: set[RunId] = set()
        self._created: dict[RunId, None] = {}
        self._hinted_at_anything = False
        self._looked_at_all = self._looked_for_gone = 0.0
        self._look_now = asyncio.Event()
        self._background = Background()

    def start(self) -> None:
        self._looked_at_all = self._looked_for_gone = asyncio.get_running_loop().time()
        self._background.start(listen(self._store.hints, self._take), self._look_again_and_again())

    async def stop(self) -> None:
        """Look no more. Safe when never started, and twice."""
        await self._background.stop()

    async def ended(self, run_id: RunId, started: float | None = None) -> Run:
        """The run, once it has ended; this process has `started` it at that time of the loop. Raises `UnknownRunError`."""
        future: asyncio.Future[Run] = asyncio.get_running_loop().create_future()
        self._waiters.setdefault(run_id, set()).add(future)
        try:
            if started is not None:
                return await self._end_of_ours(run_id, future, started)
            run = await self._read(run_id)
            if run is None:
                raise UnknownRunError(run_id)
            return run if run.status.ended else await future
        finally:
            self._forget(run_id, future)

    def follow(self, run_id: RunId, follower: Follower) -> None:
        """Bring news of this run, until `unfollow` or the end of the run."""
        self._followers.setdefault(run_id, []).append(follower)

    def unfollow(self, run_id: RunId, follower: Follower) -> None:
        followers = self._followers.get(run_id, [])
        if follower in followers:
            followers.remove(follower)
        if not followers:
            self._followers.pop(run_id, None)

    def look(self, run_id: RunId) -> None:
        """Look at this run soon, as if there had been a hint."""
        self._created.pop(run_id, None)
        self._take(frozenset([run_id]))

    def announce(self, run: Run) -> None:
        """The run has ended: this process has done it, or has read it."""
        for future in self._waiters.get(run.run_id, ()):
            if not future.done():
                future.set_result(run)
        for follower in self._followers.pop(run.run_id, ()):
            follower.take(Snapshot(run, {}, run.updated_ms), ())

    def strand(self, run_id: RunId, error: Exception) -> None:
        """This process cannot go on with the run: who waits for it here hears that instead of waiting."""
        for future in self._waiters.get(run_id, ()):
            if not future.done():
                future.set_exception(error)

    def creates(self, run_id: RunId) -> None:
        """This process is creating a run for others: the first hint of it says nothing but that."""
        self._created[run_id] = None
        if len(self._created) > RUNS_PER_LOOK:
            del self._created[next(iter(self._created))]

    async def _read(self, run_id: RunId) -> Run | None:
        """The run, however long the store takes to answer: who waits has said how long he wants to."""
        pause = 0
        while True:
            try:
                return await self._store.get_run(run_id)
            except StoreUnavailableError as error:
                logger.warning("could not read run %s, trying again: %s", run_id, error)
            pause = next_pause(pause)
            await asyncio.sleep(pause / 1_000)

    async def _end_of_ours(self, run_id: RunId, future: "asyncio.Future[Run]", started: float) -> Run:
        # It exists, and so soon there is nothing to see; but the hint of its end may have come together with the one that
        # said no more than that it was created.
        look = asyncio.get_running_loop().call_at(started + FIRST_LOOK, self.look, run_id)
        try:
            return await future
        finally:
            look.cancel()

    def _forget(self, run_id: RunId, future: "asyncio.Future[Run]") -> None:
        waiters = self._waiters[run_id]
        waiters.discard(future)
        if not waiters:
            del self._waiters[run_id]

    def _take(self, hint: Hint) -> None:
        if created := hint & self._created.keys():
            for run_id in created:
                del self._created[run_id]
            hint -= created
            if not hint:
                return
        self._hinted |= hint
        self._hinted_at_anything |= not hint
        self._look_now.set()

    async def _look_again_and_again(self) -> None:
        pause = 0
        while True:
            run_ids = await self._next_look()
            try:
                await self._look(run_ids)
                await self._look_for_gone()
                pause = 0
            except Exception as error:  # noqa: BLE001  the store may be back at the next look
                pause = next_pause(pause)
                logger.warning("could not look for news of runs, trying again in %d ms: %s", pause, error)
                await asyncio.sleep(pause / 1_000)

    async def _next_look(self) -> Collection[RunId]:
        now = asyncio.get_running_loop().time
        hinted = await is_set_within(self._look_now, max(0.0, self._looked_at_all + self._poll - now()))
        if hinted and self._hinted_at_anything:
            await asyncio.sleep(LEAST_PAUSE)
        known = self._waiters.keys() | self._followers.keys()
        run_ids = {
            each for each in (known if self._hinted_at_anything else known & self._hinted) if self._matters(each)
        }
        if now() - self._looked_at_all >= self._poll:
            # Hints may have been lost even while others have come.
            self._looked_at_all = now()
            run_ids |= self._waiters.keys() | {run_id for run_id in self._followers if self._asks(run_id)}
        self._hinted.clear()
        self._hinted_at_anything = False
        self._look_now.clear()
        return run_ids

    def _asks(self, run_id: RunId) -> set[str]:
        return {key for follower in self._followers.get(run_id, ()) for key in follower.asks() or ()}

    def _matters(self, run_id: RunId) -> bool:
        return run_id in self._waiters or any(each.asks() is not None for each in self._followers.get(run_id, ()))

    async def _look(self, run_ids: Iterable[RunId]) -> None:
        asked = {run_id: self._asks(run_id) for run_id in run_ids}
        for some in _in_parts([run_id for run_id, keys in asked.items() if keys]):
            for snapshot in await _undamaged(
                lambda ids: self._store.load(ids, {each: asked[each] for each in ids}), some
            ):
                self._bring(snapshot, asked[snapshot.run.run_id])
        for some in _in_parts([run_id for run_id, keys in asked.items() if not keys]):
            for run in await _undamaged(self._ended_of, some):
                self.announce(run)

    async def _ended_of(self, run_ids: Sequence[RunId]) -> Sequence[Run]:
        return await self._store.list_runs(RunQuery(run_ids=run_ids, statuses=ENDED, limit=len(run_ids)))

    async def _look_for_gone(self) -> None:
        """Tell who waits for a run that has been deleted: he has not seen its end, and never will."""
        now = asyncio.get_running_loop().time()
        if now - self._looked_for_gone < LOOKS_FOR_GONE * self._poll:
            return
        self._looked_for_gone = now
        for some in _in_parts([*self._waiters]):
            found = await self._store.list_runs(RunQuery(run_ids=some, limit=len(some), bare=True))
            for run_id in {*some} - {run.run_id for run in found}:
                self.strand(run_id, UnknownRunError(run_id))

    def _bring(self, snapshot: Snapshot, asked: Collection[str]) -> None:
        if snapshot.run.status.ended:
            self.announce(snapshot.run)
        for follower in tuple(self._followers.get(snapshot.run.run_id, ())):
            follower.take(snapshot, asked)


async def _undamaged(read: Callable[[Sequence[RunId]], Awaitable[Sequence[T]]], some: Sequence[RunId]) -> Sequence[T]:
    """What is read of these runs. One that is damaged does not hinder the others: they are read in parts then."""
    try:
        return await read(some)
    except StoreUnavailableError:
        raise
    except StoreError as error:
        if len(some) == 1:
            logger.error("no news of a run: %s", error)
            return []
        half = len(some) // 2
        return [*await _undamaged(read, some[:half]), *await _undamaged(read, some[half:])]


def _in_parts(run_ids: list[RunId]) -> Iterator[list[RunId]]:
    return (run_ids[start : start + RUNS_PER_LOOK] for start in range(0, len(run_ids), RUNS_PER_LOOK))
