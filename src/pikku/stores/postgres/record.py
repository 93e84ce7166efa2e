"""Changes as records of the documents in which a wave is sent; what is left out is NULL, or has the default given here.

A driver takes each value of a row, and each row of an array, in its hands; a document is one text, written by one call.
"""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from pikku.model.change import (
    Change,
    RunCreated,
    RunDeleted,
    RunMoved,
    RunReleased,
    RunWoken,
    Standing,
    StepInserted,
    StepMoved,
)
from pikku.stores.row import failure_text, policy_text, to_text


class NewRun(Struct, omit_defaults=True):
    ord: int
    run_id: str
    workflow: str
    mode: str
    input_json: str
    tags: tuple[str, ...]
    ttl_ms: int
    owner: str | None = None
    version: str | None = None


class Rarity(Struct, omit_defaults=True):
    """What few steps have, kept apart because each column of a record costs time, also when it is NULL."""

    policy: str | None = None
    seen: str | None = None
    description: str | None = None
    error: str | None = None
    failed_attempt: int | None = None
    failed_error: str | None = None
    failed_ran_ms: int | None = None


class NewStep(Struct, omit_defaults=True):
    ord: int
    run_id: str
    run_epoch: int
    key: str
    kind: str
    position: int
    status: str
    name: str | None = None  # if it is another one than the key
    attempt_count: int = 1
    result_json: str | None = None
    ran_ms: int | None = None
    rpc_name: str | None = None
    data_json: str | None = None
    remote: bool = False
    due_in: int | None = None
    rare: Rarity | None = None


class StepMove(Struct, omit_defaults=True):
    ord: int
    run_id: str
    key: str
    from_status: str
    from_attempt: int
    status: str
    attempt_count: int
    only_when_due: bool
    run_epoch: int | None = None
    step_epoch: int | None = None
    result_json: str | None = None
    error: str | None = None
    due_in: int | None = None
    ran_ms: int | None = None
    failed_attempt: int | None = None
    failed_error: str | None = None
    failed_ran_ms: int | None = None


class RunChange(Struct, omit_defaults=True):
    ord: int
    run_id: str
    what: str
    epoch: int | None = None
    status: str | None = None
    output_json: str | None = None
    error: str | None = None
    abandon: str | None = None
    due_in: int | None = None
    seen_wakes: int | None = None


class DeletedRun(Struct):
    ord: int
    run_id: str


Record = NewRun | NewStep | StepMove | RunChange | DeletedRun

NEW_RUNS, NEW_STEPS, STEP_MOVES, RUN_CHANGES, DELETED_RUNS = range(5)
"""The places, in the order in which a wave writes them."""


def described(text: str | None) -> str | None:
    """A step's description as PostgreSQL can keep it: the one text that is nobody's name, so that a NUL may be in it."""
    return text and text.replace("\x00", "\ufffd")


def _new_run(change: RunCreated, ord: int) -> NewRun:  # noqa: A002  as the column is called
    owner, ttl_ms = (change.lease.owner, change.lease.ttl_ms) if change.lease else (None, 0)
    said = (change.workflow, change.mode, change.input_json, change.tags)
    return NewRun(ord, change.run_id, *said, ttl_ms, owner, change.version)


def _new_step(change: StepInserted, ord: int) -> NewStep:  # noqa: A002
    call, standing = change.call, change.standing
    return NewStep(
        ord,
        change.run_id,
        change.epoch,
        call.key,
        call.kind,
        call.position,
        standing.status,
        None if call.name == call.key else call.name,
        standing.attempt_count,
        standing.result_json,
        standing.ran_ms,
        call.rpc_name,
        call.data_json,
        call.remote,
        standing.due_in,
        _rarity(change),
    )


def _rarity(change: StepInserted) -> Rarity | None:
    call, standing = change.call, change.standing
    policy = policy_text(call.policy)
    if not (policy or call.seen or call.description is not None or standing.error or standing.failed):
        return None
    seen = None if call.seen is None else to_text(call.seen)
    return Rarity(policy, seen, described(call.description), failure_text(standing.error), *_behind(standing))


def _behind(standing: Standing) -> tuple[Any, ...]:
    """The attempt that a change puts behind."""
    failed = standing.failed
    return (failed.attempt_count, failure_text(failed.error), failed.ran_ms) if failed else ()


def _step_move(change: StepMoved, ord: int) -> StepMove:  # noqa: A002
    standing = change.standing
    return StepMove(
        ord,
        change.run_id,
        change.key,
        change.from_status,
        change.from_attempt,
        standing.status,
        standing.attempt_count,
        change.only_when_due,
        change.run_epoch,
        change.step_epoch,
        standing.result_json,
        failure_text(standing.error),
        standing.due_in,
        standing.ran_ms,
        *_behind(standing),
    )


def _run_moved(change: RunMoved, ord: int) -> RunChange:  # noqa: A002
    error, abandon = failure_text(change.error), failure_text(change.abandon)
    return RunChange(ord, change.run_id, "moved", change.epoch, change.status, change.output_json, error, abandon)


def _run_released(change: RunReleased, ord: int) -> RunChange:  # noqa: A002
    due_in, seen_wakes = change.due_in, change.seen_wakes
    return RunChange(ord, change.run_id, "released", change.epoch, due_in=due_in, seen_wakes=seen_wakes)


def _run_woken(change: RunWoken, ord: int) -> RunChange:  # noqa: A002
    return RunChange(ord, change.run_id, "woken")


def _run_deleted(change: RunDeleted, ord: int) -> DeletedRun:  # noqa: A002
    return DeletedRun(ord, change.run_id)


PLACES: dict[type[Change], tuple[int, Callable[[Any, int], Record]]] = {
    RunCreated: (NEW_RUNS, _new_run),
    StepInserted: (NEW_STEPS, _new_step),
    StepMoved: (STEP_MOVES, _step_move),
    RunMoved: (RUN_CHANGES, _run_moved),
    RunReleased: (RUN_CHANGES, _run_released),
    RunWoken: (RUN_CHANGES, _run_woken),
    RunDeleted: (DELETED_RUNS, _run_deleted),
}
"""Where each change is written, and the record that it becomes as number `ord` of its batch."""
