"""Changes as parameters: a tuple for the composite type of the place where the change is written."""

from typing import Any, assert_never

from pikku.model.change import (
    Change,
    RunCreated,
    RunDeleted,
    RunMoved,
    RunReleased,
    RunWoken,
    StepInserted,
    StepMoved,
)
from pikku.stores.row import failure_text, policy_text, standing_columns, to_text

Parameter = tuple[Any, ...]

NEW_RUNS, NEW_STEPS, STEP_MOVES, RUN_CHANGES, DELETED_RUNS = range(5)
"""The places, in the order in which a wave writes them."""


def place_of(change: Change) -> int:
    """Where a change is written."""
    match change:
        case StepInserted():
            return NEW_STEPS
        case StepMoved():
            return STEP_MOVES
        case RunCreated():
            return NEW_RUNS
        case RunMoved() | RunReleased() | RunWoken():
            return RUN_CHANGES
        case RunDeleted():
            return DELETED_RUNS
        case _:
            assert_never(change)


def parameter_of(change: Change, ord: int) -> Parameter:  # noqa: A002  as the column is called
    """The change, which is number `ord` of its batch."""
    match change:
        case StepInserted():
            return _new_step(change, ord)
        case StepMoved():
            return _step_move(change, ord)
        case RunCreated():
            return _new_run(change, ord)
        case RunMoved():
            ending = (change.status.value, change.output_json, failure_text(change.error), failure_text(change.abandon))
            return (ord, change.run_id, "moved", change.epoch, *ending, None, None)
        case RunReleased():
            return (ord, change.run_id, "released", change.epoch, *_NO_END, change.due_in, change.seen_wakes)
        case RunWoken():
            return (ord, change.run_id, "woken", None, *_NO_END, None, None)
        case RunDeleted():
            return (ord, change.run_id)
        case _:
            assert_never(change)


_NO_END = (None, None, None, None)


def _new_run(change: RunCreated, ord: int) -> Parameter:  # noqa: A002
    lease = change.lease
    return (
        ord,
        change.run_id,
        change.workflow,
        change.mode.value,
        lease.owner if lease else None,
        lease.ttl_ms if lease else 0,
        change.version,
        change.tags,
        change.input_json,
    )


def _new_step(change: StepInserted, ord: int) -> Parameter:  # noqa: A002
    call, standing = change.call, change.standing
    return (
        ord,
        change.run_id,
        change.epoch,
        call.key,
        call.name,
        call.kind.value,
        call.position,
        call.rpc_name,
        call.remote,
        policy_text(call.policy),
        None if call.seen is None else to_text(call.seen),
        call.description and call.description.replace("\x00", "\ufffd"),  # the one text that is nobody's name
        call.data_json,
        *standing_columns(standing),
    )


def _step_move(change: StepMoved, ord: int) -> Parameter:  # noqa: A002
    return (
        ord,
        change.run_id,
        change.key,
        change.from_status.value,
        change.from_attempt,
        change.run_epoch,
        change.step_epoch,
        change.only_when_due,
        *standing_columns(change.standing),
    )
