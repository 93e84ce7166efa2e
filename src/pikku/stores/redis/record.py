"""What the scripts return: the fields of a run's hash in one order, and of steps the text of their records and calls."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Raw, Struct

from pikku.model.failure import Failure
from pikku.model.ids import RunId
from pikku.model.payload import NULL, Json
from pikku.model.policy import ONCE, StepPolicy
from pikku.model.run import ExecutionMode, Run, RunStatus
from pikku.model.step import Seen, Step, StepCall, StepKind, StepStatus
from pikku.stores.row import RUN_COLUMNS, UNREADABLE, damaged

RUN_FIELDS = RUN_COLUMNS
BARE_FIELDS = tuple(field for field in RUN_FIELDS if field not in ("input_json", "output_json", "error", "tags"))
"""What is never large."""

Values = Sequence[str | None]

_NOTHING = Raw()


class CallRecord(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A step's call as it is kept: payloads are in it as they are, and no texts within a text."""

    key: str
    name: str
    kind: StepKind
    position: int
    rpc_name: str | None = None
    remote: bool = False
    data: Raw = _NOTHING
    policy: StepPolicy = ONCE
    description: str | None = None
    seen: Seen | None = None


class StepRecord(Struct, frozen=True, array_like=True):
    """A step as `steps.lua` writes it; one that is unfinished ends with its owner."""

    status: StepStatus
    attempt_count: int
    epoch: int
    due_ms: int | None
    created_ms: int
    scheduled_ms: int | None
    running_ms: int | None
    completed_ms: int | None
    owner: str | None
    error: Failure | None = None
    call: CallRecord | None = None
    result: Raw = _NOTHING


_step_record = msgspec.json.Decoder(StepRecord)
_call_record = msgspec.json.Decoder(CallRecord)
_failure = msgspec.json.Decoder(Failure)
_names = msgspec.json.Decoder(tuple[str, ...])
_encode = msgspec.json.Encoder().encode


def call_text(call: StepCall) -> str:
    """What is kept of a call."""
    record = CallRecord(
        key=call.key,
        name=call.name,
        kind=call.kind,
        position=call.position,
        rpc_name=call.rpc_name,
        remote=call.remote,
        data=_raw(call.data_json),
        policy=call.policy,
        description=call.description,
        seen=call.seen,
    )
    return _encode(record).decode()


def run_in(values: Values) -> Run:
    """The run as it is stored. Raises `StoreError` if it is damaged."""
    try:
        return _run_in(values)
    except (*UNREADABLE, TypeError) as error:
        raise damaged(f"run {values[0]}", error) from error


def _run_in(values: Values) -> Run:
    fields: Any = values
    (run_id, workflow, status, mode, input_json, output_json, error, tags, version, *more) = fields
    created_ms, updated_ms, completed_ms, owner, epoch, due_ms, wakes = more
    # The server keeps all as text; a field that has lost its value is empty.
    return Run(
        run_id=run_id,
        workflow=workflow,
        status=RunStatus(status),
        mode=ExecutionMode(mode),
        input_json=input_json,
        output_json=output_json or None,
        error=_failure.decode(error) if error else None,
        tags=_names.decode(tags) if tags else (),
        version=version,
        created_ms=int(created_ms),
        updated_ms=int(updated_ms),
        completed_ms=int(completed_ms) if completed_ms else None,
        owner=owner or None,
        epoch=int(epoch),
        due_ms=int(due_ms) if due_ms else None,
        wakes=int(wakes) if wakes else 0,
    )


def run_seen_in(answer: Sequence[Any]) -> Run:
    """The run with what is derived from its steps."""
    values, touched_ms, waiting_on = answer
    run = run_in(values)
    return msgspec.structs.replace(
        run, waiting_on=tuple(sorted(waiting_on)), updated_ms=max(run.updated_ms, touched_ms)
    )


def bare_run_in(values: Values) -> Run:
    """The run without what may be large."""
    run_id, workflow, status, mode, *rest = values
    return run_in([run_id, workflow, status, mode, NULL, None, None, None, *rest])


def steps_in(run_id: RunId, records: Sequence[str], calls: Sequence[str]) -> Mapping[str, Step]:
    """Steps by key, from records and the calls of those that are unfinished: each time the keys and the texts in turn."""
    open_calls = dict(zip(calls[::2], calls[1::2], strict=True))
    return {
        key: step_in(run_id, record, open_calls.get(key, ""), key)
        for key, record in zip(records[::2], records[1::2], strict=True)
    }


def step_in(run_id: RunId, record: str, open_call: str, key: str | None = None) -> Step:
    """The step as it is stored. Raises `StoreError` if it is damaged."""
    try:
        return _step_in(run_id, record, open_call)
    except UNREADABLE as error:
        raise damaged(f"{'a step' if key is None else f'step {key!r}'} of run {run_id}", error) from error


def _step_in(run_id: RunId, record: str, open_call: str) -> Step:
    found = _step_record.decode(record)
    call = found.call or _call_record.decode(_bare(open_call))
    return Step(
        run_id=run_id,
        call=_call_in(call),
        status=found.status,
        attempt_count=found.attempt_count,
        result_json=_json(found.result),
        error=found.error,
        due_ms=found.due_ms,
        owner=found.owner,
        epoch=found.epoch,
        created_ms=found.created_ms,
        scheduled_ms=found.scheduled_ms,
        running_ms=found.running_ms,
        completed_ms=found.completed_ms,
    )


def _call_in(record: CallRecord) -> StepCall:
    return StepCall(
        key=record.key,
        name=record.name,
        kind=record.kind,
        position=record.position,
        rpc_name=record.rpc_name,
        data_json=_json(record.data),
        policy=record.policy,
        description=record.description,
        remote=record.remote,
        seen=record.seen,
    )


def _bare(open_call: str) -> str | bytes:
    """The call without what is before that of a remote step, see `opened` in `steps.lua`."""
    if open_call[:1] in ("", "{"):
        return open_call
    length, _, rest = open_call.partition(":")
    return rest.encode()[int(length) :]


def _raw(text: Json | None) -> Raw:
    return _NOTHING if text is None else Raw(text)


def _json(raw: Raw) -> Json | None:
    text = bytes(raw)
    return Json(text.decode()) if text else None
