"""What each change does, exactly: the reference that every store is held against.

Memory and file stores call it; the SQL stores say the same in SQL, and the contract suite compares.
Order of the guards: missing, ended, stale, exists (of a step), moved, early.
"""

from collections.abc import Mapping
from typing import assert_never

import msgspec
from msgspec import Struct

from pikku.model.change import (
    Change,
    FailedAttempt,
    Held,
    Lease,
    Refusal,
    RunCreated,
    RunDeleted,
    RunMoved,
    RunReleased,
    RunWoken,
    Standing,
    StepInserted,
    StepMoved,
)
from pikku.model.failure import LOST
from pikku.model.ids import RunId
from pikku.model.run import Run
from pikku.model.step import Attempt, Step, StepStatus, last_attempt


class Effect(Struct, frozen=True):
    """What is to be written: the run and the steps that are different now, and attempts that are behind.

    `deleted` is the run of which nothing is left.
    """

    run: Run | None = None
    steps: tuple[Step, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    deleted: RunId | None = None


def enact(change: Change, run: Run | None, steps: Mapping[str, Step], now: int) -> Effect | Refusal:
    """The effect of a change on a run and its steps at a time of the store's clock, or why it is refused."""
    if isinstance(change, RunCreated):
        return Refusal.EXISTS if run else Effect(run=_created(change, now))
    if run is None:
        return Refusal.MISSING
    if isinstance(change, RunDeleted):
        return Effect(deleted=run.run_id) if run.status.ended else Refusal.RUNNING
    if run.status.ended:
        return Refusal.ENDED
    return _enact_running(change, run, steps, now)


def claim_run(run: Run, lease: Lease, now: int) -> Run:
    """The due run under its new owner, in a new epoch."""
    return msgspec.structs.replace(
        run, owner=lease.owner, epoch=run.epoch + 1, due_ms=now + lease.ttl_ms, updated_ms=now
    )


def claim_step(step: Step, lease: Lease, now: int) -> Effect:
    """The due remote step under its new worker. If the last worker left it running, that attempt is behind as lost."""
    lost = step.status is StepStatus.RUNNING
    attempt = FailedAttempt(step.attempt_count, LOST)
    claimed = msgspec.structs.replace(
        step,
        status=StepStatus.RUNNING,
        attempt_count=step.attempt_count + lost,
        owner=lease.owner,
        epoch=step.epoch + 1,
        due_ms=now + lease.ttl_ms,
        running_ms=now,
    )
    return Effect(steps=(claimed,), attempts=(_behind(step, attempt, now),) if lost else ())


def holds(held: Held, run: Run | None, steps: Mapping[str, Step]) -> bool:
    """Whether a run or a step is still owned under that epoch."""
    if run is None or run.status.ended:
        return False
    if held.key is None:
        return run.owner is not None and run.epoch == held.epoch
    step = steps.get(held.key)
    return step is not None and step.owner is not None and step.epoch == held.epoch


def as_read(run: Run, steps: Mapping[str, Step]) -> Run:
    """The run with what is derived from its steps: the keys it waits for, and its last interaction."""
    return msgspec.structs.replace(
        run,
        waiting_on=tuple(sorted(key for key, step in steps.items() if not step.status.final)),
        updated_ms=max([run.updated_ms, *(step.updated_ms for step in steps.values())]),
    )


def stand(step: Step, standing: Standing, now: int) -> Step:
    """The step where a change puts it."""
    status, running = standing.status, step.running_ms
    scheduled = status is StepStatus.SCHEDULED
    if standing.ran_ms is not None:
        running = now - standing.ran_ms
    return Step(
        run_id=step.run_id,
        call=step.call,
        status=status,
        attempt_count=standing.attempt_count,
        result_json=standing.result_json,
        error=standing.error,
        due_ms=None if standing.due_in is None else now + standing.due_in,
        owner=None,
        epoch=step.epoch,
        created_ms=step.created_ms,
        scheduled_ms=now if scheduled else step.scheduled_ms,
        running_ms=None if scheduled else running,
        completed_ms=now if status.final else None,
    )


def step_after(change: StepInserted | StepMoved, steps: Mapping[str, Step], now: int) -> Step:
    """The step as a change of it puts it that the store has made at this time."""
    before = _before(change, now) if isinstance(change, StepInserted) else steps[change.key]
    return stand(before, change.standing, now)


def _enact_running(
    change: RunMoved | RunReleased | RunWoken | StepInserted | StepMoved, run: Run, steps: Mapping[str, Step], now: int
) -> Effect | Refusal:
    match change:
        case RunMoved():
            return _run_moved(change, run, steps, now)
        case RunReleased():
            return _run_released(change, run, now)
        case RunWoken():
            return Effect(run=_woken(run, now))
        case StepInserted():
            return _step_inserted(change, run, steps, now)
        case StepMoved():
            return _step_moved(change, run, steps, now)
        case _:
            assert_never(change)


def _created(change: RunCreated, now: int) -> Run:
    lease = change.lease
    return Run(
        run_id=change.run_id,
        workflow=change.workflow,
        mode=change.mode,
        input_json=change.input_json,
        tags=change.tags,
        version=change.version,
        created_ms=now,
        updated_ms=now,
        owner=lease.owner if lease else None,
        epoch=1 if lease else 0,
        due_ms=now + lease.ttl_ms if lease else now,
    )


def _run_moved(change: RunMoved, run: Run, steps: Mapping[str, Step], now: int) -> Effect | Refusal:
    if change.epoch is not None and change.epoch != run.epoch:
        return Refusal.STALE
    ended = msgspec.structs.replace(
        run,
        status=change.status,
        output_json=change.output_json,
        error=change.error,
        updated_ms=now,
        completed_ms=now,
        owner=None,
        due_ms=None,
    )
    unfinished = (step for step in steps.values() if not step.status.final)
    return Effect(run=ended, steps=tuple(_abandoned(step, change, now) for step in unfinished))


def _abandoned(step: Step, change: RunMoved, now: int) -> Step:
    return msgspec.structs.replace(
        step, status=StepStatus.FAILED, error=change.abandon, due_ms=None, owner=None, completed_ms=now
    )


def _run_released(change: RunReleased, run: Run, now: int) -> Effect | Refusal:
    if run.owner is None or change.epoch != run.epoch:
        return Refusal.STALE
    due = None if change.due_in is None else now + change.due_in
    due = now if run.wakes != change.seen_wakes else due
    return Effect(run=msgspec.structs.replace(run, owner=None, due_ms=due, updated_ms=now))


def _woken(run: Run, now: int) -> Run:
    owned = run.owner is not None
    due = run.due_ms if owned else now if run.due_ms is None else min(run.due_ms, now)
    return msgspec.structs.replace(run, wakes=run.wakes + 1, due_ms=due, updated_ms=now)


def _step_inserted(change: StepInserted, run: Run, steps: Mapping[str, Step], now: int) -> Effect | Refusal:
    if change.epoch != run.epoch:
        return Refusal.STALE
    if change.call.key in steps:
        return Refusal.EXISTS
    first = _before(change, now)
    return _with_failed(stand(first, change.standing, now), change.standing.failed, now, first)


def _before(change: StepInserted, now: int) -> Step:
    """The step as it was from the beginning of its first attempt until its first record."""
    ran_ms, failed = change.standing.ran_ms or 0, change.standing.failed
    if failed is not None:
        ran_ms = max(ran_ms, failed.ran_ms or 0)
    return Step(run_id=change.run_id, call=change.call, status=StepStatus.PENDING, created_ms=now - ran_ms)


def _step_moved(change: StepMoved, run: Run, steps: Mapping[str, Step], now: int) -> Effect | Refusal:
    step = steps.get(change.key)
    if step is None:
        return Refusal.MISSING
    if change.run_epoch is not None and change.run_epoch != run.epoch:
        return Refusal.STALE
    if change.step_epoch is not None and change.step_epoch != step.epoch:
        return Refusal.STALE
    if (step.status, step.attempt_count) != (change.from_status, change.from_attempt):
        return Refusal.MOVED
    if change.only_when_due and (step.due_ms is None or step.due_ms > now):
        return Refusal.EARLY
    return _with_failed(stand(step, change.standing, now), change.standing.failed, now, step)


def _with_failed(step: Step, failed: FailedAttempt | None, now: int, before: Step) -> Effect:
    return Effect(steps=(step,), attempts=(_behind(before, failed, now),) if failed else ())


def _behind(step: Step, failed: FailedAttempt, now: int) -> Attempt:
    began = last_attempt(step).created_ms if failed.ran_ms is None else now - failed.ran_ms
    return msgspec.structs.replace(
        last_attempt(step),
        status=StepStatus.FAILED,
        attempt_count=failed.attempt_count,
        result_json=None,
        error=failed.error,
        created_ms=began,
        completed_ms=now,
    )
