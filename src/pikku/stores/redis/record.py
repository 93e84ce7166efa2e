"""What the scripts return: the fields of the hashes, in one order."""

from collections.abc import Sequence
from typing import Any

from pikku.model.payload import NULL
from pikku.model.run import Run
from pikku.model.step import Step
from pikku.stores.row import run_as_read, run_of, step_of

RUN_FIELDS = (
    *("run_id", "workflow", "status", "mode", "input_json", "output_json", "error", "tags", "version"),
    *("created_ms", "updated_ms", "completed_ms", "owner", "epoch", "due_ms", "wakes"),
)
STEP_FIELDS = (
    *("run_id", "key", "name", "kind", "position", "rpc_name", "data_json", "policy", "description", "remote", "seen"),
    *("status", "attempt_count", "result_json", "error", "due_ms", "owner", "epoch"),
    *("created_ms", "scheduled_ms", "running_ms", "completed_ms"),
)
BARE_FIELDS = tuple(field for field in RUN_FIELDS if field not in ("input_json", "output_json", "error", "tags"))
"""What is never large."""

_NUMBERS = {"position", "attempt_count", "epoch", "wakes", *(f for f in RUN_FIELDS + STEP_FIELDS if f.endswith("_ms"))}
"""The server keeps all as text."""

_CLEARED = {"output_json", "result_json", "error", "owner", "due_ms", "scheduled_ms", "running_ms", "completed_ms"}
"""Fields that lose their value: they are left empty then. None of them has an empty text for a value."""

Values = Sequence[str | None]


def run_in(values: Values) -> Run:
    """The run as it is stored."""
    return run_of(_row(RUN_FIELDS, values))


def run_seen_in(answer: Sequence[Any]) -> Run:
    """The run with what is derived from its steps."""
    values, touched_ms, waiting_on = answer
    return run_as_read({**_row(RUN_FIELDS, values), "touched_ms": touched_ms, "waiting_on": waiting_on})


def bare_run_in(values: Values) -> Run:
    """The run without what may be large."""
    large = {"input_json": NULL, "output_json": None, "error": None, "tags": ()}
    return run_of({**_row(BARE_FIELDS, values), **large})


def step_in(values: Values) -> Step:
    """The step as it is stored."""
    return step_of(_row(STEP_FIELDS, values))


def _row(fields: Sequence[str], values: Values) -> dict[str, Any]:
    row: dict[str, Any] = dict(zip(fields, values, strict=True))
    for field, value in row.items():
        if value == "" and field in _CLEARED:
            row[field] = None
        elif value is not None and field in _NUMBERS:
            row[field] = int(value)
    return row
