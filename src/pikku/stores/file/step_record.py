"""A step and its earlier attempts as one document: they change together."""

from collections.abc import Sequence

import msgspec
from msgspec import UNSET, Struct

from pikku.model.failure import Failure
from pikku.model.ids import RunId
from pikku.model.policy import ONCE, StepPolicy
from pikku.model.step import Attempt, Seen, Step, StepCall, StepKind, StepStatus
from pikku.stores.file.document import write_document
from pikku.stores.file.embedded import Embedded, embed, extract
from pikku.stores.file.written_time import WrittenTime, read_maybe, read_time, write_maybe, write_time


class AttemptRecord(Struct, kw_only=True, omit_defaults=True):
    """An attempt that is behind. What it shares with its step is told there."""

    attempt_count: int
    status: StepStatus
    result: Embedded = UNSET
    error: Failure | None = None
    created_at: WrittenTime
    completed_at: WrittenTime | None = None


class StepRecord(Struct, kw_only=True, omit_defaults=True):
    """`steps/<run_id>/<safe name of the key>.json`. A field that says nothing is left out."""

    run_id: RunId
    key: str
    name: str
    kind: StepKind
    position: int
    description: str | None = None
    rpc_name: str | None = None
    remote: bool = False
    policy: StepPolicy = ONCE
    seen: Seen | None = None
    data: Embedded = UNSET
    status: StepStatus
    attempt_count: int
    result: Embedded = UNSET
    error: Failure | None = None
    created_at: WrittenTime
    scheduled_at: WrittenTime | None = None
    running_at: WrittenTime | None = None
    completed_at: WrittenTime | None = None
    due_at: WrittenTime | None = None
    owner: str | None = None
    epoch: int = 0
    attempts: tuple[AttemptRecord, ...] = ()


def write_step(step: Step, behind: Sequence[Attempt]) -> bytes:
    """The text of a step's document. Raises what `write_document` raises."""
    call = step.call
    record = StepRecord(
        run_id=step.run_id,
        key=call.key,
        name=call.name,
        kind=call.kind,
        position=call.position,
        description=call.description,
        rpc_name=call.rpc_name,
        remote=call.remote,
        policy=call.policy,
        seen=call.seen,
        data=embed(call.data_json),
        status=step.status,
        attempt_count=step.attempt_count,
        result=embed(step.result_json),
        error=step.error,
        created_at=write_time(step.created_ms),
        scheduled_at=write_maybe(step.scheduled_ms),
        running_at=write_maybe(step.running_ms),
        completed_at=write_maybe(step.completed_ms),
        due_at=write_maybe(step.due_ms),
        owner=step.owner,
        epoch=step.epoch,
        attempts=tuple(_attempt_record(attempt) for attempt in behind),
    )
    return write_document(record)


def read_step(text: bytes) -> tuple[Step, tuple[Attempt, ...]]:
    """The step of a document and the attempts behind it. Raises `ValueError` if the text is none."""
    record = _decoder.decode(text)
    step = Step(
        run_id=record.run_id,
        call=_call(record),
        status=record.status,
        attempt_count=record.attempt_count,
        result_json=extract(record.result),
        error=record.error,
        due_ms=read_maybe(record.due_at),
        owner=record.owner,
        epoch=record.epoch,
        created_ms=read_time(record.created_at),
        scheduled_ms=read_maybe(record.scheduled_at),
        running_ms=read_maybe(record.running_at),
        completed_ms=read_maybe(record.completed_at),
    )
    return step, tuple(_attempt(attempt, record) for attempt in record.attempts)


def _call(record: StepRecord) -> StepCall:
    return StepCall(
        key=record.key,
        name=record.name,
        kind=record.kind,
        position=record.position,
        rpc_name=record.rpc_name,
        data_json=extract(record.data),
        policy=record.policy,
        description=record.description,
        remote=record.remote,
        seen=record.seen,
    )


def _attempt_record(attempt: Attempt) -> AttemptRecord:
    return AttemptRecord(
        attempt_count=attempt.attempt_count,
        status=attempt.status,
        result=embed(attempt.result_json),
        error=attempt.error,
        created_at=write_time(attempt.created_ms),
        completed_at=write_maybe(attempt.completed_ms),
    )


def _attempt(attempt: AttemptRecord, of: StepRecord) -> Attempt:
    return Attempt(
        run_id=of.run_id,
        key=of.key,
        step_name=of.name,
        kind=of.kind,
        status=attempt.status,
        attempt_count=attempt.attempt_count,
        result_json=extract(attempt.result),
        error=attempt.error,
        created_ms=read_time(attempt.created_at),
        completed_ms=read_maybe(attempt.completed_at),
    )


_decoder = msgspec.json.Decoder(StepRecord)
