"""The store that forgets: for tests, trials and as the oracle that other stores are compared with."""

from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from threading import Lock

import msgspec

from pikku.model.change import Applied, Change, Held, Lease, Outcome, Refusal, Refused
from pikku.model.enact import Effect, as_read, claim_run, claim_step, enact, holds
from pikku.model.errors import ClosedStoreError
from pikku.model.ids import RunId
from pikku.model.run import Run
from pikku.model.step import Attempt, Step
from pikku.ports.clock import TimeSource
from pikku.ports.store import ClaimedStep, Hint, RunQuery, Snapshot
from pikku.stores.board import HintBoard
from pikku.stores.listing import bare, chosen, in_order, selected
from pikku.stores.wall_clock import WallClock


class MemoryStore:
    """Keeps everything in this object, for this process, until it is collected.

    `clock` is the store's clock; a test gives a virtual one. `close()` ends its use, the contents stay for the next `open()`.
    """

    def __init__(self, *, clock: TimeSource | None = None) -> None:
        self._clock: TimeSource = clock or WallClock()
        self._lock = Lock()
        self._open = False
        self._runs: dict[RunId, Run] = {}
        self._steps: dict[RunId, dict[str, Step]] = {}
        self._attempts: dict[RunId, list[Attempt]] = {}
        self._board = HintBoard()

    def __repr__(self) -> str:
        return "MemoryStore()"

    async def open(self, *, migrate: bool = True) -> None:
        self._open = True

    async def close(self) -> None:
        self._open = False

    async def apply(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        with self._opened():
            now = self._clock.now()
            outcomes = [self._enact(change, now) for change in changes]
        self._board.publish_outcomes(changes, outcomes)
        return outcomes

    async def load(
        self, run_ids: Sequence[RunId], only: Mapping[RunId, Collection[str]] | None = None
    ) -> Sequence[Snapshot]:
        with self._opened():
            now = self._clock.now()
            known = [self._runs[run_id] for run_id in run_ids if run_id in self._runs]
            keys = only or {}
            return [Snapshot(run, chosen(self._steps[run.run_id], keys.get(run.run_id)), now) for run in known]

    async def claim_runs(self, lease: Lease, workflows: Collection[str], limit: int) -> Sequence[Run]:
        with self._opened():
            now = self._clock.now()
            due = [run for run in self._waiting_runs(workflows) if run.due_ms is not None and run.due_ms <= now]
            due.sort(key=lambda run: (run.due_ms, run.run_id))
            claimed = [claim_run(run, lease, now) for run in due[:limit]]
            self._runs.update((run.run_id, run) for run in claimed)
            return claimed

    async def claim_steps(
        self, lease: Lease, functions: Collection[str], limit: int, workflows: Collection[str] | None = None
    ) -> Sequence[ClaimedStep]:
        with self._opened():
            now = self._clock.now()
            waiting = self._waiting_steps(functions, workflows)
            due = [step for step in waiting if step.due_ms is not None and step.due_ms <= now]
            due.sort(key=lambda step: (step.due_ms, step.run_id, step.key))
            effects = [claim_step(step, lease, now) for step in due[:limit]]
            for effect in effects:
                self._write(effect)
            return [ClaimedStep(step, self._runs[step.run_id].workflow) for each in effects for step in each.steps]

    def renew(self, lease: Lease, held: Sequence[Held]) -> Sequence[Held]:
        with self._opened():
            due = self._clock.now() + lease.ttl_ms
            return [each for each in held if not self._renewed(each, due)]

    async def next_due(
        self, workflows: Collection[str], functions: Collection[str], besides: str | None = None
    ) -> int | None:
        with self._opened():
            waiting: list[Run | Step] = [*self._waiting_runs(workflows), *self._waiting_steps(functions)]
            dues = [each.due_ms for each in waiting if each.owner is None or each.owner != besides]
            due = min((each for each in dues if each is not None), default=None)
            return None if due is None else max(0, due - self._clock.now())

    def hints(self) -> AsyncIterator[Hint]:
        return self._board.subscribe()

    async def get_run(self, run_id: RunId) -> Run | None:
        with self._opened():
            run = self._runs.get(run_id)
            return run and as_read(run, self._steps[run_id])

    async def list_runs(self, query: RunQuery) -> Sequence[Run]:
        with self._opened():
            found = selected(self._runs, query, self._clock.now())
            return [bare(run) if query.bare else as_read(run, self._steps[run.run_id]) for run in found]

    async def history(self, run_id: RunId) -> Sequence[Attempt]:
        with self._opened():
            return in_order(self._steps.get(run_id, {}), self._attempts.get(run_id, []))

    def _opened(self) -> Lock:
        if not self._open:
            raise ClosedStoreError("in memory")
        return self._lock

    def _enact(self, change: Change, now: int) -> Outcome:
        run_id = change.run_id
        effect = enact(change, self._runs.get(run_id), self._steps.get(run_id, {}), now)
        if isinstance(effect, Refusal):
            return Refused(effect)
        self._write(effect)
        return Applied(now)

    def _write(self, effect: Effect) -> None:
        if run := effect.run:
            self._runs[run.run_id] = run
            self._steps.setdefault(run.run_id, {})
        for step in effect.steps:
            self._steps[step.run_id][step.key] = step
        for attempt in effect.attempts:
            self._attempts.setdefault(attempt.run_id, []).append(attempt)
        if run_id := effect.deleted:
            for part in (self._runs, self._steps, self._attempts):
                part.pop(run_id, None)

    def _renewed(self, held: Held, due: int) -> bool:
        run, steps = self._runs.get(held.run_id), self._steps.get(held.run_id, {})
        if run is None or not holds(held, run, steps):
            return False
        if held.key is None:
            self._runs[held.run_id] = msgspec.structs.replace(run, due_ms=due)
        else:
            steps[held.key] = msgspec.structs.replace(steps[held.key], due_ms=due)
        return True

    def _waiting_runs(self, workflows: Collection[str]) -> Iterator[Run]:
        return (run for run in self._runs.values() if not run.status.ended and run.workflow in workflows)

    def _waiting_steps(self, functions: Collection[str], workflows: Collection[str] | None = None) -> Iterator[Step]:
        running = (run for run in self._runs.values() if not run.status.ended)
        wanted = (run for run in running if workflows is None or run.workflow in workflows)
        steps = (step for run in wanted for step in self._steps[run.run_id].values())
        return (s for s in steps if s.call.remote and not s.status.final and s.call.rpc_name in functions)
