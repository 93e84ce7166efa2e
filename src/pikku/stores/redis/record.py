"""What the scripts return: the fields of the hashes, in one order."""

from collections.abc import Sequence
from typing import Any

from pikku.model.run import Run
from pikku.model.step import Step
from pikku.stores.row import RUN_COLUMNS, STEP_COLUMNS, run_as_read, run_of, step_of

RUN_FIELDS, STEP_FIELDS = RUN_COLUMNS, STEP_COLUMNS
_NUMBERS = {"position", "attempt_count", "epoch", "wakes", *(f for f in RUN_FIELDS + STEP_FIELDS if f.endswith("_ms"))}
"""The server keeps all as text."""

_CLEARED = {"output_json", "result_json", "error", "owner", "due_ms", "scheduled_ms", "running_ms", "completed_ms"}
"""Fields that lose their value: they are left empty then. None of them has an empty text for a value."""

Values = Sequence[str | None]


def run_in(values: Values) -> Run:
    """The run as it is stored."""
    return run_of(_in_order(RUN_FIELDS, values))


def run_seen_in(answer: Sequence[Any]) -> Run:
    """The run with what is derived from its steps."""
    values, touched_ms, waiting_on = answer
    return run_as_read(touched_ms, waiting_on, *_in_order(RUN_FIELDS, values))


def step_in(values: Values) -> Step:
    """The step as it is stored."""
    return step_of(_in_order(STEP_FIELDS, values))


def _in_order(fields: Sequence[str], values: Values) -> list[Any]:
    return [_read(field, value) for field, value in zip(fields, values, strict=True)]


def _read(field: str, value: str | None) -> Any:
    if value is None or (value == "" and field in _CLEARED):
        return None
    return int(value) if field in _NUMBERS else value
