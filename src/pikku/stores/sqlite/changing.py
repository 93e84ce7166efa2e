"""What each change does, in SQL: the guards are in the statements, and only a refused one is looked into."""

import sqlite3
from typing import Any, assert_never

from pikku.model.change import (
    Applied,
    Change,
    FailedAttempt,
    Outcome,
    Refusal,
    Refused,
    RunCreated,
    RunDeleted,
    RunMoved,
    RunReleased,
    RunWoken,
    StepInserted,
    StepMoved,
)
from pikku.model.enact import stand
from pikku.model.ids import RunId
from pikku.model.run import RunStatus
from pikku.model.step import Step, StepStatus, last_attempt
from pikku.stores.row import failure_text, policy_text, to_text
from pikku.stores.sqlite.query import query
from pikku.stores.sqlite.refusing import why_run_refused, why_step_refused

INSERT_RUN = query("insert_run")
MOVE_RUN = query("move_run")
ABANDON_STEPS = query("abandon_steps")
RELEASE_RUN = query("release_run")
WAKE_RUN = query("wake_run")
DELETE_RUN = query("delete_run")
DELETE_STEPS = query("delete_steps")
DELETE_ATTEMPTS = query("delete_attempts")
SELECT_STATUS = query("select_status")
INSERT_STEP = query("insert_step")
MOVE_STEP = query("move_step")
SELECT_BEGAN = query("select_began")
INSERT_ATTEMPT = query("insert_attempt")


def write_change(cursor: sqlite3.Cursor, change: Change, now: int) -> Outcome:
    """Make the change at a time of the store's clock, or tell why it is refused."""
    refusal = _write(cursor, change, now)
    return Applied(now) if refusal is None else Refused(refusal)


def write_attempt(cursor: sqlite3.Cursor, run_id: RunId, key: str, failed: FailedAttempt, began: int, now: int) -> None:
    """Put an attempt behind. `began` is when it did as far as the store knows."""
    cursor.execute(
        INSERT_ATTEMPT,
        {
            "run_id": run_id,
            "key": key,
            "attempt_count": failed.attempt_count,
            "created_ms": began if failed.ran_ms is None else now - failed.ran_ms,
            "completed_ms": now,
            "error": failure_text(failed.error),
        },
    )


def _write(cursor: sqlite3.Cursor, change: Change, now: int) -> Refusal | None:
    match change:
        case StepInserted():
            return _insert_step(cursor, change, now)
        case StepMoved():
            return _move_step(cursor, change, now)
        case RunCreated():
            return _insert_run(cursor, change, now)
        case RunMoved():
            return _move_run(cursor, change, now)
        case RunReleased():
            return _release_run(cursor, change, now)
        case RunWoken():
            done = _writes(cursor, WAKE_RUN, {"run_id": change.run_id, "now": now})
            return None if done else why_run_refused(cursor, change)
        case RunDeleted():
            return _delete_run(cursor, change)
        case _:
            assert_never(change)


def _writes(cursor: sqlite3.Cursor, sql: str, values: dict[str, Any] | tuple[Any, ...]) -> bool:
    return cursor.execute(sql, values).rowcount > 0


def _insert_step(cursor: sqlite3.Cursor, change: StepInserted, now: int) -> Refusal | None:
    failed, ran_ms = change.standing.failed, change.standing.ran_ms or 0
    created = now - max(ran_ms, (failed and failed.ran_ms) or 0)
    first = Step(run_id=change.run_id, call=change.call, status=StepStatus.PENDING, created_ms=created)
    step = stand(first, change.standing, now)
    if not _writes(cursor, INSERT_STEP, (*_columns(step), change.run_id, change.epoch)):
        return why_step_refused(cursor, change, now)
    if failed is not None:
        write_attempt(cursor, change.run_id, change.call.key, failed, last_attempt(first).created_ms, now)
    return None


def _columns(step: Step) -> tuple[Any, ...]:
    call = step.call
    return (
        step.run_id,
        call.key,
        call.name,
        call.kind.value,
        call.position,
        call.rpc_name,
        call.remote,
        step.status.value,
        step.attempt_count,
        step.due_ms,
        step.created_ms,
        step.scheduled_ms,
        step.running_ms,
        step.completed_ms,
        policy_text(call.policy),
        None if call.seen is None else to_text(call.seen),
        call.description,
        failure_text(step.error),
        call.data_json,
        step.result_json,
    )


def _move_step(cursor: sqlite3.Cursor, change: StepMoved, now: int) -> Refusal | None:
    standing, place = change.standing, {"run_id": change.run_id, "key": change.key}
    # Read before the move, which writes over it.
    began = cursor.execute(SELECT_BEGAN, place).fetchone() if standing.failed else None
    moved = _writes(
        cursor,
        MOVE_STEP,
        {
            **place,
            "status": standing.status.value,
            "attempt_count": standing.attempt_count,
            "result_json": standing.result_json,
            "error": failure_text(standing.error),
            "due_in": standing.due_in,
            "ran_ms": standing.ran_ms,
            "from_status": change.from_status.value,
            "from_attempt": change.from_attempt,
            "run_epoch": change.run_epoch,
            "step_epoch": change.step_epoch,
            "only_when_due": change.only_when_due,
            "now": now,
        },
    )
    if not moved:
        return why_step_refused(cursor, change, now)
    if standing.failed and began:
        write_attempt(cursor, change.run_id, change.key, standing.failed, began["began_ms"], now)
    return None


def _insert_run(cursor: sqlite3.Cursor, change: RunCreated, now: int) -> Refusal | None:
    lease = change.lease
    values = {
        "run_id": change.run_id,
        "workflow": change.workflow,
        "mode": change.mode.value,
        "epoch": 1 if lease else 0,
        "owner": lease.owner if lease else None,
        "ttl": lease.ttl_ms if lease else 0,
        "version": change.version,
        "tags": to_text(change.tags),
        "input_json": change.input_json,
        "now": now,
    }
    return None if _writes(cursor, INSERT_RUN, values) else Refusal.EXISTS


def _move_run(cursor: sqlite3.Cursor, change: RunMoved, now: int) -> Refusal | None:
    values = {
        "run_id": change.run_id,
        "epoch": change.epoch,
        "status": change.status.value,
        "output_json": change.output_json,
        "error": failure_text(change.error),
        "now": now,
    }
    if not _writes(cursor, MOVE_RUN, values):
        return why_run_refused(cursor, change)
    abandon = {"run_id": change.run_id, "abandon": failure_text(change.abandon), "now": now}
    cursor.execute(ABANDON_STEPS, abandon)
    return None


def _release_run(cursor: sqlite3.Cursor, change: RunReleased, now: int) -> Refusal | None:
    values = {
        "run_id": change.run_id,
        "epoch": change.epoch,
        "due_in": change.due_in,
        "seen_wakes": change.seen_wakes,
        "now": now,
    }
    return None if _writes(cursor, RELEASE_RUN, values) else why_run_refused(cursor, change)


def _delete_run(cursor: sqlite3.Cursor, change: RunDeleted) -> Refusal | None:
    place = {"run_id": change.run_id}
    found = cursor.execute(SELECT_STATUS, place).fetchone()
    if found is None:
        return Refusal.MISSING
    if found["status"] == RunStatus.RUNNING:
        return Refusal.RUNNING
    for sql in (DELETE_ATTEMPTS, DELETE_STEPS, DELETE_RUN):
        cursor.execute(sql, place)
    return None
