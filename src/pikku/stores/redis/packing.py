"""Changes as the script `apply.lua` takes them: arrays of what they are and what they say, in MessagePack."""

from collections.abc import Sequence
from typing import Any, assert_never

import msgspec

from pikku.model.change import (
    Applied,
    Change,
    Outcome,
    Refusal,
    Refused,
    RunCreated,
    RunDeleted,
    RunMoved,
    RunReleased,
    RunWoken,
    StepInserted,
    StepMoved,
    wants_attention,
)
from pikku.model.errors import StoreError
from pikku.stores.row import failure_text, policy_text, standing_columns, to_text

Packed = tuple[Any, ...]

LONGEST_BATCH = 256 * 2**20
"""In bytes. A server takes 512 MiB at once, and cuts the connection of whoever sends more."""

pack = msgspec.msgpack.Encoder().encode


def packed_changes(changes: Sequence[Change]) -> bytes:
    """The batch: its changes, and of which others are to hear. Raises `StoreError` if it is too long."""
    packed = pack({"list": [*map(_packed, changes)], "attention": [*map(wants_attention, changes)]})
    if len(packed) > LONGEST_BATCH:
        raise StoreError(
            f"a batch of {len(changes)} changes has {len(packed)} bytes, and Redis is given at most {LONGEST_BATCH} at once; "
            "write fewer changes together, or store smaller values"
        )
    return packed


def outcomes_of(answer: Sequence[Any], size: int) -> list[Outcome]:
    """What became of each change, from what the script answers: its time, and who was refused, and why."""
    at_ms, *refused = answer
    outcomes: list[Outcome] = [Applied(at_ms)] * size
    for number, reason in zip(refused[::2], refused[1::2], strict=True):
        outcomes[number] = Refused(Refusal(reason))
    return outcomes


def _packed(change: Change) -> Packed:
    match change:
        case StepInserted():
            return _inserted(change)
        case StepMoved():
            return _stepped(change)
        case RunCreated():
            return _created(change)
        case RunMoved():
            errors = (failure_text(change.error), failure_text(change.abandon))
            return ("moved", change.run_id, change.epoch, change.status.value, change.output_json, *errors)
        case RunReleased():
            return ("released", change.run_id, change.epoch, change.due_in, change.seen_wakes)
        case RunWoken():
            return ("woken", change.run_id)
        case RunDeleted():
            return ("deleted", change.run_id)
        case _:
            assert_never(change)


def _created(change: RunCreated) -> Packed:
    lease = change.lease
    fields = _fields(
        mode=change.mode.value, input_json=change.input_json, tags=to_text(change.tags), version=change.version
    )
    owner, ttl_ms = (lease.owner, lease.ttl_ms) if lease else (None, 0)
    return ("created", change.run_id, change.workflow, owner, ttl_ms, fields)


def _inserted(change: StepInserted) -> Packed:
    call = change.call
    fields = _fields(
        run_id=change.run_id,
        key=call.key,
        name=call.name,
        kind=call.kind.value,
        position=str(call.position),
        rpc_name=call.rpc_name,
        data_json=call.data_json,
        policy=policy_text(call.policy),
        description=call.description,
        remote="1" if call.remote else None,
        seen=None if call.seen is None else to_text(call.seen),
    )
    rpc_name = call.rpc_name if call.remote else None
    standing = standing_columns(change.standing)
    return ("inserted", change.run_id, change.epoch, call.key, rpc_name, fields, standing)


def _stepped(change: StepMoved) -> Packed:
    return (
        "stepped",
        change.run_id,
        change.key,
        change.from_status.value,
        change.from_attempt,
        change.run_epoch,
        change.step_epoch,
        change.only_when_due,
        standing_columns(change.standing),
    )


def _fields(**values: str | None) -> list[str]:
    """Names and values in turn, of what has a value."""
    return [part for field, value in values.items() if value is not None for part in (field, value)]
