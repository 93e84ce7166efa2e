"""Deletes ended runs in small bites, so that nobody who works on the store has to wait for it."""

from collections.abc import AsyncIterator, Sequence

import msgspec

from pikku.engine.retention import Rule
from pikku.model.change import Applied, RunDeleted
from pikku.model.run import Run
from pikku.ports.clock import Clock
from pikku.ports.store import RunQuery, Store

FIRST_BITE, LARGEST_BITE = 50, 500
"""Runs of one transaction. How many steps they have is not known, only how long it took: bites grow and shrink by that."""

QUICK_MS, SLOW_MS = 25, 100
RESTS = 9
"""After every bite comes a pause of so many times what it cost: at most a tenth of one connection is kept busy."""


class Pruner:
    """Two at once do no harm: what one has deleted, the other one does not find."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._bite = FIRST_BITE

    async def prune(self, rule: Rule) -> AsyncIterator[Sequence[Run]]:
        """Delete the runs that may go by a rule, and give those that were deleted, bare, a bite at a time, newest first."""
        query = await self._beginning(rule)
        while query is not None:
            query = msgspec.structs.replace(query, limit=self._bite)
            took = self._clock.stopwatch()
            found = await self._store.list_runs(query)
            listed = took()
            gone = await self._delete(found)
            # Where there is much to do, all has to wait: to find them took as long, but for the deletion itself.
            cost = max(0, took() - 2 * listed)
            if gone:
                yield gone
            query = _after(query, found, gone)
            if len(found) == self._bite:
                self._bite = _next_bite(self._bite, cost)
            await self._clock.sleep(RESTS * cost)

    async def find(self, rule: Rule) -> AsyncIterator[Sequence[Run]]:
        """The runs that may go by a rule, bare, a page at a time, newest first; nothing is deleted."""
        query = await self._beginning(rule)
        while query is not None and (found := await self._store.list_runs(query)):
            yield found
            query = msgspec.structs.replace(query, before=found[-1].run_id)

    async def _beginning(self, rule: Rule) -> RunQuery | None:
        """What to ask for first; `None` if there are not more runs than are kept."""
        of_all = RunQuery(statuses=rule.statuses, workflow=rule.workflow, limit=LARGEST_BITE, bare=True)
        wanted = msgspec.structs.replace(of_all, ended_for=rule.ended_for)
        if not rule.newest:
            return wanted
        last_kept = await self._store.list_runs(msgspec.structs.replace(of_all, skip=rule.newest - 1, limit=1))
        return msgspec.structs.replace(wanted, before=last_kept[0].run_id) if last_kept else None

    async def _delete(self, runs: Sequence[Run]) -> list[Run]:
        outcomes = await self._store.apply([RunDeleted(run_id=run.run_id) for run in runs]) if runs else ()
        return [run for run, outcome in zip(runs, outcomes, strict=True) if isinstance(outcome, Applied)]


def _after(query: RunQuery, found: Sequence[Run], gone: Sequence[Run]) -> RunQuery | None:
    """What to ask for next: from the last one on, so that what is deleted is not gone past again and again."""
    if len(found) < query.limit:
        return None
    until = found[-1].created_ms + 1
    # Others have deleted all of it, and yet it was found: it is not for us to go round in circles.
    return msgspec.structs.replace(query, created_until=until) if gone or until != query.created_until else None


def _next_bite(bite: int, cost: int) -> int:
    if cost < QUICK_MS:
        return min(2 * bite, LARGEST_BITE)
    return max(bite // 2, 1) if cost > SLOW_MS else bite
