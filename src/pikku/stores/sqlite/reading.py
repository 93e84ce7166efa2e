"""What is read: runs, their steps, their history, and what is due next."""

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from pikku.model.ids import RunId
from pikku.model.run import Run
from pikku.model.step import Attempt, Step
from pikku.ports.store import RunQuery, Snapshot
from pikku.stores.row import attempt_of, run_as_read, run_of, step_of, to_text
from pikku.stores.sqlite.query import query

SELECT_RUN = query("select_run")
LIST_RUNS = query("list_runs")
WHOLE_RUNS = query("whole_runs")
BARE_COLUMNS = query("bare_columns").rstrip()
SELECT_RUNS = query("select_runs")
SELECT_STEPS = query("select_steps")
SELECT_ATTEMPTS = query("select_attempts")
SELECT_NEXT_DUE = query("select_next_due")


def read_run(connection: sqlite3.Connection, run_id: RunId) -> Run | None:
    """The run with what is derived from its steps."""
    row = connection.execute(SELECT_RUN, {"run_id": run_id}).fetchone()
    return None if row is None else run_as_read(*row)


def read_runs(connection: sqlite3.Connection, asked: RunQuery, now: int) -> Sequence[Run]:
    """The runs that a query asks for, newest first."""
    sql, values = _listing(asked, now)
    if asked.bare:
        return [run_of(row) for row in connection.execute(sql.replace("{columns}", BARE_COLUMNS), values)]
    whole = WHOLE_RUNS.replace("{listed}", sql.replace("{columns}", "run_id"))
    return [run_as_read(*row) for row in connection.execute(whole, values)]


def read_attempts(connection: sqlite3.Connection, run_id: RunId) -> Sequence[Attempt]:
    """All attempts of a run in order of time."""
    return [attempt_of(row) for row in connection.execute(SELECT_ATTEMPTS, {"run_id": run_id})]


def read_snapshots(
    connection: sqlite3.Connection, run_ids: Sequence[RunId], only: Mapping[RunId, Collection[str]], now: int
) -> Sequence[Snapshot]:
    """The runs that exist, with their steps; of those that `only` names, with the steps of these keys."""
    runs = {row["run_id"]: run_of(row) for row in connection.execute(SELECT_RUNS, {"run_ids": to_text(run_ids)})}
    wanted = {
        "whole": to_text([run_id for run_id in runs if run_id not in only]),
        "single": to_text([(run_id, key) for run_id in runs for key in only.get(run_id, ())]),
    }
    steps: dict[str, dict[str, Step]] = {run_id: {} for run_id in runs}
    for row in connection.execute(SELECT_STEPS, wanted):
        step = step_of(row)
        steps[step.run_id][step.call.key] = step
    return [Snapshot(runs[run_id], steps[run_id], now) for run_id in run_ids if run_id in runs]


def read_next_due(
    connection: sqlite3.Connection,
    workflows: Collection[str],
    functions: Collection[str],
    besides: str | None,
    now: int,
) -> int | None:
    """Milliseconds until the next run or step is due."""
    wanted = {"workflows": to_text(list(workflows)), "functions": to_text(list(functions)), "besides": besides}
    (due_ms,) = connection.execute(SELECT_NEXT_DUE, wanted).fetchone()
    return None if due_ms is None else max(0, due_ms - now)


def _listing(asked: RunQuery, now: int) -> tuple[str, Mapping[str, Any]]:
    statuses = [str(status) for status in asked.statuses]
    filters: dict[str, Any] = {
        "run_ids": to_text(list(asked.run_ids)) if asked.run_ids else None,
        "only_status": statuses[0] if len(statuses) == 1 else None,
        "statuses": to_text(statuses) if len(statuses) > 1 else None,
        "workflow": asked.workflow,
        "tags": to_text(list(asked.tags)) if asked.tags else None,
        "created_from": asked.created_from,
        "created_until": asked.created_until,
        "ended_by": None if asked.ended_for is None else now - asked.ended_for,
        "before": asked.before,
    }
    unused = [f":{name}" for name, value in filters.items() if value is None]
    lines = (line for line in LIST_RUNS.splitlines() if not any(name in line for name in unused))
    return "\n".join(lines), {**filters, "limit": asked.limit, "skip": asked.skip}
