"""Runs, attempts and errors as JSON: decoded payloads, times in ISO 8601."""

import json
import sys
from datetime import datetime
from typing import Any

from pikku.cli.printable import json_escaped
from pikku.cli.terminal import speaks_unicode
from pikku.model.failure import Failure
from pikku.model.run import Run, RunStatus, moment
from pikku.model.step import Attempt


def print_json(value: Any) -> None:
    """Write one JSON document to the standard output, safe to look at on a terminal."""
    sys.stdout.write(json_escaped(json.dumps(value, ensure_ascii=not speaks_unicode(sys.stdout), indent=2)) + "\n")
    sys.stdout.flush()


def compact_json(value: Any) -> str:
    """On one line, printable."""
    return json_escaped(json.dumps(value, ensure_ascii=not speaks_unicode(sys.stdout)))


def run_as_json(run: Run) -> dict[str, Any]:
    """Everything that is stored of a run. With an owner, `due_at` is the end of its lease."""
    return {
        "run_id": run.run_id,
        "workflow": run.workflow,
        "status": run.status.value,
        "mode": run.mode.value,
        "tags": list(run.tags),
        "version": run.version,
        "created_at": time_as_json(run.created_at),
        "updated_at": time_as_json(run.updated_at),
        "completed_at": time_as_json(run.completed_at),
        "owner": run.owner,
        "epoch": run.epoch,
        "due_at": None if run.due_ms is None else time_as_json(moment(run.due_ms)),
        "waiting_on": list(run.waiting_on),
        "input": run.input,
        "output": run.output,
        "error": failure_as_json(run.error),
    }


def outcome_as_json(run: Run) -> dict[str, Any]:
    """How a run ended, for the one who started it."""
    end = {"output": run.output} if run.status is RunStatus.COMPLETED else {"error": failure_as_json(run.error)}
    return {"run_id": run.run_id, "workflow": run.workflow, "status": run.status.value, **end}


def attempt_as_json(attempt: Attempt) -> dict[str, Any]:
    return {
        "key": attempt.key,
        "step_name": attempt.step_name,
        "kind": attempt.kind.value,
        "attempt_count": attempt.attempt_count,
        "status": attempt.status.value,
        "created_at": time_as_json(attempt.created_at),
        "completed_at": time_as_json(attempt.completed_at),
        "result": attempt.result,
        "error": failure_as_json(attempt.error),
    }


def failure_as_json(failure: Failure | None) -> dict[str, Any] | None:
    if failure is None:
        return None
    return {
        "type": failure.type,
        "message": failure.message,
        "code": failure.code,
        "stack": failure.stack,
        "cause": failure_as_json(failure.cause),
    }


def time_as_json(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
