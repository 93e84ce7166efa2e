"""The store of a simulated world: the memory store, and beside it somebody who looks at every change."""

from collections.abc import Collection, Coroutine, Mapping, Sequence
from typing import Any, TypeVar

from msgspec import Struct
from tests.simulation.world import Violation, World

from pikku.model.change import (
    Applied,
    Change,
    Held,
    Lease,
    Outcome,
    RunCreated,
    RunMoved,
    RunReleased,
    StepInserted,
    StepMoved,
)
from pikku.model.ids import RunId
from pikku.model.run import Run
from pikku.model.step import Step, StepCall
from pikku.ports.store import ClaimedStep, RunQuery, Snapshot
from pikku.stores.memory import MemoryStore

T = TypeVar("T")


class Execution(Struct, frozen=True):
    """Somebody's code for a step begins. `place` is where it is in its program, `after` what must be recorded before it."""

    run_id: RunId
    key: str
    attempt_count: int
    place: str
    after: Sequence[str]


class Witness:
    """Knows who owned what, which results were recorded, and what may happen after that. Everything else is a `Violation`.

    While there is a `patience_ms`, what is due must be claimed within it.
    """

    def __init__(self, world: World) -> None:
        self.store = MemoryStore(clock=world)
        self.running: dict[RunId, None] = {}
        self.executions = 0
        self.begun: dict[tuple[RunId, str], None] = {}
        self.patience_ms: int | None = None
        self._world = world
        self._owners: dict[tuple[RunId, str | None, int], str] = {}
        self._results: dict[tuple[RunId, str], Step] = {}
        self._places: dict[tuple[RunId, str], str] = {}
        at_once(self.store.open())

    def apply(self, process: str, changes: Sequence[Change]) -> Sequence[Outcome]:
        return [self._change(process, change) for change in changes]

    def claim_runs(self, process: str, lease: Lease, workflows: Collection[str], limit: int) -> Sequence[Run]:
        before = self._known()
        claimed = at_once(self.store.claim_runs(lease, workflows, limit))
        for run in claimed:
            _must(run.run_id in before, f"run {run.run_id} was claimed after its end")
            was = before[run.run_id].run
            self._see_claim(was.due_ms, was.status.ended, was.epoch, run.epoch, f"run {run.run_id}")
            self._owners[run.run_id, None, run.epoch] = process
            self._world.note(process, lambda run=run: f"claims run {run.run_id}, epoch {run.epoch}")  # type: ignore[misc]
        return claimed

    def claim_steps(
        self,
        process: str,
        lease: Lease,
        functions: Collection[str],
        limit: int,
        workflows: Collection[str] | None = None,
    ) -> Sequence[ClaimedStep]:
        before = self._known()
        claimed = at_once(self.store.claim_steps(lease, functions, limit, workflows))
        for step in (each.step for each in claimed):
            what = f"step {step.key} of run {step.run_id}"
            _must(step.run_id in before, f"{what} was claimed after the end of the run")
            was = before[step.run_id].steps[step.key]
            self._see_claim(was.due_ms, was.status.final, was.epoch, step.epoch, what)
            self._owners[step.run_id, step.key, step.epoch] = process
            self._world.note(process, lambda step=step, what=what: f"claims {what}, epoch {step.epoch}")  # type: ignore[misc]
        return claimed

    def renew(self, process: str, lease: Lease, held: Sequence[Held]) -> Sequence[Held]:
        lost = self.store.renew(lease, held)
        for each in held:
            if each not in lost:
                self._see_owner(process, each.run_id, each.key, each.epoch, f"renewal of {each}")
        self._world.note(process, lambda: f"renews {len(held)}, {len(lost)} of them lost")
        return lost

    def load(
        self, process: str, run_ids: Sequence[RunId], only: Mapping[RunId, Collection[str]] | None
    ) -> Sequence[Snapshot]:
        loaded = at_once(self.store.load(run_ids, only))
        for each in loaded:
            self._world.note(process, lambda each=each: f"reads run {each.run.run_id}, woken {each.run.wakes} times")  # type: ignore[misc]
        return loaded

    def begins(self, process: str, execution: Execution) -> None:
        """The user's code of a step begins to be executed."""
        self.executions += 1
        self.begun[execution.run_id, execution.key] = None
        what = f"step {execution.key} ({execution.place}) of run {execution.run_id}"
        self._world.note(process, lambda: f"begins attempt {execution.attempt_count} of {what}")
        if step := self._results.get((execution.run_id, execution.key)):
            self._world.fail(f"{process} begins {what}, which has {step.status} already")
        for place in execution.after:
            if (execution.run_id, place) not in self._places:
                self._world.fail(f"{process} begins {what}, but {place}, which comes before it, is not recorded")

    def snapshot(self, run_id: RunId) -> Snapshot | None:
        return next(iter(at_once(self.store.load([run_id]))), None)

    def snapshots(self) -> Sequence[Snapshot]:
        """All runs."""
        runs = at_once(self.store.list_runs(RunQuery(limit=10_000)))
        return at_once(self.store.load([run.run_id for run in runs]))

    def _known(self) -> Mapping[RunId, Snapshot]:
        return {each.run.run_id: each for each in at_once(self.store.load(list(self.running)))}

    def _change(self, process: str, change: Change) -> Outcome:
        before = self.snapshot(change.run_id)
        [outcome] = at_once(self.store.apply([change]))
        self._world.note(process, lambda: f"{_told(change)}: {_outcome(outcome)}")
        if isinstance(outcome, Applied):
            self._see_change(process, change, before)
        after = self.snapshot(change.run_id)
        if before is not None and after is not None:
            self._see_growth(change, before, after)
        return outcome

    def _see_change(self, process: str, change: Change, before: Snapshot | None) -> None:
        what = _told(change)
        if isinstance(change, RunCreated):
            _must(before is None, f"{what} was made although the run exists")
            self.running[change.run_id] = None
            if change.lease is not None:
                self._owners[change.run_id, None, 1] = process
            return
        if before is None:
            raise Violation(f"{what} was made, but there is no such run")
        _must(not before.run.status.ended, f"{what} was made after the run was {before.run.status}")
        match change:
            case RunMoved(epoch=int(epoch)) | RunReleased(epoch=epoch) | StepInserted(epoch=epoch):
                self._see_epoch(process, before.run, epoch, what)
            case StepMoved():
                self._see_move(process, change, before, what)
            case _:
                pass
        if isinstance(change, RunMoved):
            del self.running[change.run_id]
        if isinstance(change, StepInserted | StepMoved):
            self._record(change, before)

    def _see_move(self, process: str, change: StepMoved, before: Snapshot, what: str) -> None:
        step = before.steps[change.key]
        _must(not step.status.final, f"{what} was made after the step had {step.status}")
        if change.run_epoch is not None:
            self._see_epoch(process, before.run, change.run_epoch, what)
        elif change.step_epoch is not None:
            _must(step.epoch == change.step_epoch, f"{what} was made, but the step is in epoch {step.epoch}")
            self._see_owner(process, change.run_id, change.key, change.step_epoch, what)
        else:
            raise Violation(f"{what} names no epoch")

    def _see_epoch(self, process: str, run: Run, epoch: int, what: str) -> None:
        # A write that was given up by its owner may still arrive after he has handed the run back: it harms nobody.
        _must(run.epoch == epoch, f"{what} was made, but the run is in epoch {run.epoch}")
        self._see_owner(process, run.run_id, None, epoch, what)

    def _see_owner(self, process: str, run_id: RunId, key: str | None, epoch: int, what: str) -> None:
        owner = self._owners.get((run_id, key, epoch))
        _must(owner == process, f"{what} was made by {process}, but the owner in epoch {epoch} is {owner}")

    def _see_claim(self, due: int | None, ended: bool, was: int, epoch: int, what: str) -> None:
        _must(not ended, f"{what} was claimed after its end")
        _must(due is not None and due <= self._world.now(), f"{what} was claimed before it was due")
        _must(epoch == was + 1, f"{what} was claimed into epoch {epoch} after {was}")
        late = self._world.now() - (due or 0)
        _must(self.patience_ms is None or late <= self.patience_ms, f"{what} was claimed {late} ms after it was due")

    def _see_growth(self, change: Change, before: Snapshot, after: Snapshot) -> None:
        """What may change at all, whoever changes it."""
        what, was, now = _told(change), before.run, after.run
        _must(not was.status.ended or now == was, f"{what} changed a run that was {was.status}")
        _must(now.epoch >= was.epoch and now.wakes >= was.wakes, f"{what} set back an epoch or a count of wake-ups")
        for key, step in before.steps.items():
            became = after.steps.get(key)
            if became is None or became.call != step.call or became.epoch < step.epoch:
                raise Violation(f"{what} took away step {key}, or its call, or set back its epoch")
            _must(not step.status.final or became == step, f"{what} changed the result of step {key}")

    def _record(self, change: StepInserted | StepMoved, before: Snapshot) -> None:
        call = change.call if isinstance(change, StepInserted) else before.steps[change.key].call
        if not change.standing.status.final:
            return
        after = self.snapshot(change.run_id)
        if after is None or (change.run_id, call.key) in self._results:
            raise Violation(f"{_told(change)} is a second result")
        self._results[change.run_id, call.key] = after.steps[call.key]
        self._places[change.run_id, _place(call)] = call.key


def at_once(asking: Coroutine[Any, Any, T]) -> T:
    """What the memory store answers; it never waits for anything."""
    try:
        asking.send(None)
    except StopIteration as end:
        answer: T = end.value
        return answer
    raise AssertionError("the memory store waits")


def _must(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Violation(otherwise)


def _place(call: StepCall) -> str:
    return call.description or call.name


def _told(change: Change) -> str:
    what = f"{type(change).__name__} of {change.run_id}"
    match change:
        case StepInserted(epoch=epoch, call=call, standing=standing):
            return f"{what}: {call.key} ({_place(call)}) {standing.status}, under epoch {epoch}"
        case StepMoved(key=key, standing=standing, run_epoch=run_epoch, step_epoch=step_epoch):
            under = f"epoch {run_epoch}" if run_epoch is not None else f"step epoch {step_epoch}"
            return f"{what}: {key} {change.from_status} -> {standing.status} {standing.attempt_count}, under {under}"
        case RunMoved(epoch=epoch, status=status):
            return f"{what}: {status}, under epoch {epoch}"
        case RunReleased(epoch=epoch, due_in=due_in):
            return f"{what}: due in {due_in}, under epoch {epoch}"
        case _:
            return what


def _outcome(outcome: Outcome) -> str:
    return "made" if isinstance(outcome, Applied) else f"refused, {outcome.why}"
