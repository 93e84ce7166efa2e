"""Who gets what is due, and who keeps it."""

import sqlite3
from collections.abc import Collection, Sequence

from pikku.model.change import FailedAttempt, Held, Lease
from pikku.model.failure import LOST
from pikku.model.run import Run
from pikku.model.step import StepStatus
from pikku.ports.store import ClaimedStep
from pikku.stores.row import readable, run_of, step_of, to_text
from pikku.stores.sqlite.changing import write_attempt
from pikku.stores.sqlite.query import query

SELECT_DUE_RUNS = query("select_due_runs")
CLAIM_RUN = query("claim_run")
SELECT_DUE_STEPS = query("select_due_steps")
CLAIM_STEP = query("claim_step")
RENEW_RUN = query("renew_run")
RENEW_STEP = query("renew_step")


def claim_due_runs(
    connection: sqlite3.Connection, lease: Lease, workflows: Collection[str], limit: int, now: int
) -> Sequence[Run]:
    """Take the due runs, the longest due first."""
    wanted = {"workflows": to_text(list(workflows)), "limit": limit, "now": now}
    due = connection.execute(SELECT_DUE_RUNS, wanted).fetchall()
    claim = {"owner": lease.owner, "ttl": lease.ttl_ms, "now": now}
    return readable(run_of, [_claimed(connection, CLAIM_RUN, {**claim, "run_id": row["run_id"]}) for row in due])


def claim_due_steps(
    connection: sqlite3.Connection,
    lease: Lease,
    functions: Collection[str],
    workflows: Collection[str] | None,
    limit: int,
    now: int,
) -> Sequence[ClaimedStep]:
    """Take the due remote steps, the longest due first; an attempt whose worker left it running is put behind as lost."""
    of_workflows = None if workflows is None else to_text(list(workflows))
    wanted = {"functions": to_text(list(functions)), "workflows": of_workflows, "limit": limit, "now": now}
    due = connection.execute(SELECT_DUE_STEPS, wanted).fetchall()
    for row in due:
        if row["status"] == StepStatus.RUNNING:
            lost = FailedAttempt(row["attempt_count"], LOST)
            write_attempt(connection.cursor(), row["run_id"], row["key"], lost, row["began_ms"], now)
    claim = {"owner": lease.owner, "ttl": lease.ttl_ms, "now": now}
    places = [{"run_id": row["run_id"], "key": row["key"]} for row in due]
    claimed = [_claimed(connection, CLAIM_STEP, {**claim, **place}) for place in places]
    workflows_of = {row["run_id"]: row["workflow"] for row in due}
    return [ClaimedStep(step, workflows_of[step.run_id]) for step in readable(step_of, claimed)]


def renew_held(connection: sqlite3.Connection, held: Sequence[Held], due_ms: int) -> Sequence[Held]:
    """Hold these until then, and tell which are not held any more."""
    return [each for each in held if not _renewed(connection, each, due_ms)]


def _claimed(connection: sqlite3.Connection, sql: str, values: dict[str, object]) -> sqlite3.Row:
    # All rows are fetched: a statement with RETURNING is only over when it has been read to its end.
    (row,) = connection.execute(sql, values).fetchall()
    claimed: sqlite3.Row = row
    return claimed


def _renewed(connection: sqlite3.Connection, held: Held, due_ms: int) -> bool:
    sql = RENEW_RUN if held.key is None else RENEW_STEP
    values = {"run_id": held.run_id, "key": held.key, "epoch": held.epoch, "due_ms": due_ms}
    return connection.execute(sql, values).rowcount > 0
