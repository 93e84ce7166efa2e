"""Why a statement changed nothing, read in the same transaction; the guards in the order of `pikku.model.enact`."""

import sqlite3

from pikku.model.change import Refusal, RunMoved, RunReleased, RunWoken, StepInserted, StepMoved
from pikku.model.run import RunStatus
from pikku.stores.sqlite.query import query

SELECT_GUARDS = query("select_guards")


def why_run_refused(cursor: sqlite3.Cursor, change: RunMoved | RunReleased | RunWoken) -> Refusal:
    """Why a running run was not changed."""
    guards = _guards(cursor, change.run_id, None)
    return Refusal.MISSING if guards is None else _of_run(guards) or Refusal.STALE


def why_step_refused(cursor: sqlite3.Cursor, change: StepInserted | StepMoved, now: int) -> Refusal:
    """Why a step was not inserted or moved."""
    key = change.call.key if isinstance(change, StepInserted) else change.key
    guards = _guards(cursor, change.run_id, key)
    if guards is None:
        return Refusal.MISSING
    if refusal := _of_run(guards):
        return refusal
    if isinstance(change, StepInserted):
        return Refusal.STALE if change.epoch != guards["run_epoch"] else Refusal.EXISTS
    return _of_step(change, guards)


def _guards(cursor: sqlite3.Cursor, run_id: str, key: str | None) -> sqlite3.Row | None:
    row: sqlite3.Row | None = cursor.execute(SELECT_GUARDS, {"run_id": run_id, "key": key}).fetchone()
    return row


def _of_run(guards: sqlite3.Row) -> Refusal | None:
    return None if guards["run_status"] == RunStatus.RUNNING else Refusal.ENDED


def _of_step(change: StepMoved, guards: sqlite3.Row) -> Refusal:
    if guards["step_status"] is None:
        return Refusal.MISSING
    if change.run_epoch is not None and change.run_epoch != guards["run_epoch"]:
        return Refusal.STALE
    if change.step_epoch is not None and change.step_epoch != guards["step_epoch"]:
        return Refusal.STALE
    if (guards["step_status"], guards["step_attempt"]) != (change.from_status.value, change.from_attempt):
        return Refusal.MOVED
    return Refusal.EARLY
