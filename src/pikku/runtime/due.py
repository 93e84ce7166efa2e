"""What is due in a store, for the claimers: runs, and remote steps."""

from collections.abc import Collection, Mapping, Sequence

from pikku.model.ids import RunId
from pikku.model.run import Run
from pikku.ports.store import Hint, Snapshot
from pikku.runtime.orchestrator import Orchestrator
from pikku.runtime.process import Process
from pikku.runtime.step_worker import StepWorker
from pikku.runtime.work import Lane

MOMENT = 0.003
"""So many seconds does it take for the most part to take over a run."""

FIRST_EPOCH = 1
"""Whoever claims a run in it is its first owner: it has no steps yet, and need not be read."""


class DueRuns:
    """Runs of some workflows, at most `most` at once in this process."""

    what = "runs"

    def __init__(self, process: Process, workflows: Collection[str], orchestrator: Orchestrator, most: int) -> None:
        self._store = process.store
        self._clock = process.clock
        self._lease = process.keeper.lease
        self._workflows = workflows
        self._orchestrator = orchestrator
        self._most = most

    @property
    def moment(self) -> float:
        return 0.0

    @property
    def room(self) -> int:
        return self._most - len(self._orchestrator.owned)

    def concerns(self, hint: Hint) -> bool:
        return not hint or not all(map(self._orchestrator.has_seen_to, hint))

    async def claim(self, limit: int) -> int:
        return len(await self.take(limit))

    async def take(self, limit: int) -> Sequence[Run]:
        """Claim up to so many, and see to them."""
        asked_at = self._clock.now()
        runs = await self._store.claim_runs(self._lease, self._workflows, limit)
        for run in runs:
            if run.epoch == FIRST_EPOCH:
                self._orchestrator.adopt(Snapshot(run, {}, run.updated_ms), asked_at)
        await self._read({run.run_id: run.epoch for run in runs if run.epoch != FIRST_EPOCH}, asked_at)
        return runs

    async def _read(self, epochs: Mapping[RunId, int], asked_at: int) -> None:
        """See to runs that others have had before."""
        for snapshot in await self._store.load(list(epochs)) if epochs else ():
            if snapshot.run.epoch == epochs[snapshot.run.run_id] and not snapshot.run.status.ended:
                self._orchestrator.adopt(snapshot, asked_at)

    async def next_due(self) -> int | None:
        return await self._store.next_due(self._workflows, (), self._lease.owner)


class DueSteps:
    """Remote steps of some lanes, as long as this process has seats for them."""

    what = "steps"

    def __init__(
        self,
        process: Process,
        lanes: Collection[Lane],
        orchestrator: Orchestrator,
        worker: StepWorker,
    ) -> None:
        self._store = process.store
        self._clock = process.clock
        self._lease = process.keeper.lease
        self._lanes = list(lanes)
        self._orchestrator = orchestrator
        self._worker = worker
        self._seats = process.seats

    @property
    def moment(self) -> float:
        # Most runs that are unknown here have just been started: they have no steps, and are being taken over meanwhile.
        return MOMENT if self._orchestrator.claims else 0.0

    @property
    def room(self) -> int:
        return self._seats.room

    def concerns(self, hint: Hint) -> bool:
        return not hint or any(map(self._may_have_steps, hint))

    def _may_have_steps(self, run_id: RunId) -> bool:
        """Whether steps of the run may be due: of one that is owned here it is known, most hints are of what is done here."""
        unfinished = self._orchestrator.unfinished(run_id)
        return unfinished is None or not all(self._worker.has(run_id, key) for key in unfinished)

    async def claim(self, limit: int) -> int:
        count = 0
        # Every lane is the first in its turn, so that a full one does not starve the others.
        self._lanes.append(self._lanes.pop(0))
        for lane in self._lanes:
            wanted = limit - count
            if wanted <= 0:
                break
            asked_at = self._clock.now()
            claimed = await self._store.claim_steps(self._lease, lane.functions, wanted, lane.workflows)
            for each in claimed:
                self._worker.take(each, asked_at)
            count += len(claimed)
        return count

    async def next_due(self) -> int | None:
        functions = {function for lane in self._lanes for function in lane.functions}
        return await self._store.next_due((), functions, self._lease.owner)
