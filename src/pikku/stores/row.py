"""Rows of SQL stores to values, and the columns that hold a value of more than one part."""

import logging
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

UNREADABLE = (ValueError, TypeError, RecursionError)
"""What reading a damaged column raises."""

_failure = msgspec.json.Decoder(Failure)
_policy = msgspec.json.Decoder(StepPolicy)
_seen = msgspec.json.Decoder(Seen)
_names = msgspec.json.Decoder(tuple[str, ...])
_encode = msgspec.json.Encoder().encode


class Row(Protocol):
    """A row as the drivers give it: columns by name."""

    def __getitem__(self, column: str, /) -> Any: ...


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


def run_of(row: Row) -> Run:
    """The run as it is stored. Raises `StoreError` if it is damaged."""
    try:
        return _run_of(row)
    except UNREADABLE as error:
        raise damaged(f"run {row['run_id']}", error) from error


def _run_of(row: Row) -> Run:
    return Run(
        run_id=row["run_id"],
        workflow=row["workflow"],
        status=RunStatus(row["status"]),
        mode=ExecutionMode(row["mode"]),
        input_json=row["input_json"],
        output_json=row["output_json"],
        error=_failure_of(row["error"]),
        tags=_names_of(row["tags"]),
        version=row["version"],
        created_ms=row["created_ms"],
        updated_ms=row["updated_ms"],
        completed_ms=row["completed_ms"],
        owner=row["owner"],
        epoch=row["epoch"],
        due_ms=row["due_ms"],
        wakes=row["wakes"],
    )


def run_as_read(row: Row) -> Run:
    """The run with what is derived from its steps."""
    touched_ms = row["touched_ms"]
    run = run_of(row)
    return msgspec.structs.replace(
        run,
        waiting_on=tuple(sorted(_names_of(row["waiting_on"]))),
        updated_ms=run.updated_ms if touched_ms is None else max(run.updated_ms, touched_ms),
    )


def step_of(row: Row) -> Step:
    """The step as it is stored. Raises `StoreError` if it is damaged."""
    try:
        return _step_of(row)
    except UNREADABLE as error:
        raise damaged(f"step {row['key']!r} of run {row['run_id']}", error) from error


def _step_of(row: Row) -> Step:
    return Step(
        run_id=row["run_id"],
        call=_call_of(row),
        status=StepStatus(row["status"]),
        attempt_count=row["attempt_count"],
        result_json=row["result_json"],
        error=_failure_of(row["error"]),
        due_ms=row["due_ms"],
        owner=row["owner"],
        epoch=row["epoch"],
        created_ms=row["created_ms"],
        scheduled_ms=row["scheduled_ms"],
        running_ms=row["running_ms"],
        completed_ms=row["completed_ms"],
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


def _call_of(row: Row) -> StepCall:
    policy, seen = row["policy"], row["seen"]
    return StepCall(
        key=row["key"],
        name=row["name"],
        kind=StepKind(row["kind"]),
        position=row["position"],
        rpc_name=row["rpc_name"],
        data_json=row["data_json"],
        policy=ONCE if policy is None else _policy.decode(policy),
        description=row["description"],
        remote=bool(row["remote"]),
        seen=None if seen is None else _seen.decode(seen),
    )


def _failure_of(text: str | None) -> Failure | None:
    return None if text is None else _failure.decode(text)


def _names_of(column: str | Sequence[str]) -> tuple[str, ...]:
    """Names from a database that has lists, or from the text of one."""
    return _names.decode(column) if isinstance(column, str) else tuple(column)
