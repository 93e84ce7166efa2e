"""Rows of SQL stores to values, and the columns that hold a value of more than one part."""

import logging
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar

import msgspec

from pikku.model.change import Standing
from pikku.model.errors import StoreError
from pikku.model.failure import Failure
from pikku.model.policy import ONCE, StepPolicy
from pikku.model.run import ExecutionMode, Run, RunStatus
from pikku.model.step import Attempt, Seen, Step, StepCall, StepKind, StepStatus

logger = logging.getLogger("pikku.stores")

R = TypeVar("R")
T = TypeVar("T")

UNREADABLE = (ValueError, TypeError, KeyError, RecursionError)
"""What reading a damaged column raises."""

_failure = msgspec.json.Decoder(Failure)
_policy = msgspec.json.Decoder(StepPolicy)
_seen = msgspec.json.Decoder(Seen)
_names = msgspec.json.Decoder(tuple[str, ...])
_encode = msgspec.json.Encoder().encode


RUN_COLUMNS = (
    "run_id", "workflow", "status", "mode", "input_json", "output_json", "error", "tags", "version",
    "created_ms", "updated_ms", "completed_ms", "owner", "epoch", "due_ms", "wakes",
)  # fmt: skip
"""The columns of a run, in the order in which `run_of` takes them."""

STEP_COLUMNS = (
    "run_id", "key", "name", "kind", "position", "rpc_name", "data_json", "policy", "description", "remote", "seen",
    "status", "attempt_count", "result_json", "error", "due_ms", "owner", "epoch",
    "created_ms", "scheduled_ms", "running_ms", "completed_ms",
)  # fmt: skip
"""The columns of a step, in the order in which `step_of` takes them."""

_COLUMNS = re.compile(r"([\w()]+)\.\{(run|step)_columns\}")
_NAMES = {"run": RUN_COLUMNS, "step": STEP_COLUMNS}

_STATUSES = {status.value: status for status in StepStatus}
_KINDS = {kind.value: kind for kind in StepKind}


class Row(Protocol):
    """A row as the drivers give it: columns by name."""

    def __getitem__(self, column: str, /) -> Any: ...


def spelled_out(query: str) -> str:
    """The text of a query with the columns that it names as `run.{run_columns}` or `step.{step_columns}`."""
    return _COLUMNS.sub(lambda found: ", ".join(f"{found[1]}.{name}" for name in _NAMES[found[2]]), query)


def to_text(value: object) -> str:
    """The text of one JSON document."""
    return _encode(value).decode()


def failure_text(failure: Failure | None) -> str | None:
    """The column of an error."""
    return None if failure is None else to_text(failure)


def policy_text(policy: StepPolicy) -> str | None:
    """The column of a policy: nothing for the usual one."""
    return None if policy is ONCE or policy == ONCE else to_text(policy)


def standing_columns(standing: Standing) -> tuple[Any, ...]:
    """Where a change puts a step: nine values, the last three of the attempt that it puts behind."""
    failed = standing.failed
    behind = (failed.attempt_count, failure_text(failed.error), failed.ran_ms) if failed else (None, None, None)
    return (
        standing.status.value,
        standing.attempt_count,
        standing.result_json,
        failure_text(standing.error),
        standing.due_in,
        standing.ran_ms,
        *behind,
    )


def damaged(what: str, problem: object) -> StoreError:
    """The error about a run or step that is stored, and cannot be read."""
    return StoreError(f"{what} cannot be read from the store: {problem}; mend it there, or restore it from a backup")


def readable(read: Callable[[R], T], claimed: Iterable[R]) -> list[T]:
    """What can be worked on. What is damaged is told and passed over: it must not hinder what was claimed with it."""
    found: list[T] = []
    for each in claimed:
        try:
            found.append(read(each))
        except StoreError as error:
            logger.error("%s", error)
    return found


def run_of(columns: Sequence[Any]) -> Run:
    """The run as it is stored, from the values of `RUN_COLUMNS`: to take them by name is most of the work.

    Raises `StoreError` if it is damaged.
    """
    try:
        return _run_of(columns)
    except UNREADABLE as error:
        raise damaged(f"run {columns[0]}", error) from error


def _run_of(columns: Sequence[Any]) -> Run:
    run_id, workflow, status, mode, input_json, output_json, error, tags, version, *rest = columns
    created_ms, updated_ms, completed_ms, owner, epoch, due_ms, wakes = rest
    return Run(
        run_id=run_id,
        workflow=workflow,
        status=RunStatus(status),
        mode=ExecutionMode(mode),
        input_json=input_json,
        output_json=output_json,
        error=_failure_of(error),
        tags=_names_of(tags),
        version=version,
        created_ms=created_ms,
        updated_ms=updated_ms,
        completed_ms=completed_ms,
        owner=owner,
        epoch=epoch,
        due_ms=due_ms,
        wakes=wakes,
    )


def run_as_read(touched_ms: int | None, waiting_on: str | Sequence[str], *columns: Any) -> Run:
    """The run with what is derived from its steps."""
    run = run_of(columns)
    return msgspec.structs.replace(
        run,
        waiting_on=tuple(sorted(_names_of(waiting_on))),
        updated_ms=run.updated_ms if touched_ms is None else max(run.updated_ms, touched_ms),
    )


def step_of(columns: Sequence[Any]) -> Step:
    """The step as it is stored, from the values of `STEP_COLUMNS`. Raises `StoreError` if it is damaged."""
    try:
        return _step_of(columns)
    except UNREADABLE as error:
        raise damaged(f"step {columns[1]!r} of run {columns[0]}", error) from error


def _step_of(columns: Sequence[Any]) -> Step:
    run_id, key, name, kind, position, rpc_name, data_json, policy, description, remote, seen, *rest = columns
    status, attempt_count, result_json, error, due_ms, owner, epoch, created_ms, scheduled_ms, *ends = rest
    running_ms, completed_ms = ends
    return Step(
        run_id=run_id,
        call=StepCall(
            key=key,
            name=name,
            kind=_KINDS[kind],
            position=position,
            rpc_name=rpc_name,
            data_json=data_json,
            policy=ONCE if policy is None else _policy.decode(policy),
            description=description,
            remote=bool(remote),
            seen=None if seen is None else _seen.decode(seen),
        ),
        status=_STATUSES[status],
        attempt_count=attempt_count,
        result_json=result_json,
        error=_failure_of(error),
        due_ms=due_ms,
        owner=owner,
        epoch=epoch,
        created_ms=created_ms,
        scheduled_ms=scheduled_ms,
        running_ms=running_ms,
        completed_ms=completed_ms,
    )


def attempt_of(row: Row) -> Attempt:
    """One attempt, of the history or the last of a step. Raises `StoreError` if it is damaged."""
    try:
        return _attempt_of(row)
    except UNREADABLE as error:
        raise damaged(f"an attempt of step {row['key']!r} of run {row['run_id']}", error) from error


def _attempt_of(row: Row) -> Attempt:
    return Attempt(
        run_id=row["run_id"],
        key=row["key"],
        step_name=row["name"],
        kind=StepKind(row["kind"]),
        status=StepStatus(row["status"]),
        attempt_count=row["attempt_count"],
        result_json=row["result_json"],
        error=_failure_of(row["error"]),
        created_ms=row["created_ms"],
        completed_ms=row["completed_ms"],
    )


def _failure_of(text: str | None) -> Failure | None:
    return None if text is None else _failure.decode(text)


def _names_of(column: str | Sequence[str]) -> tuple[str, ...]:
    """Names from a database that has lists, or from the text of one."""
    return _names.decode(column) if isinstance(column, str) else tuple(column)
