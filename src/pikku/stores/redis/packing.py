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
    Standing,
    StepInserted,
    StepMoved,
    wants_attention,
)
from pikku.model.errors import StoreError
from pikku.stores.redis.record import call_text
from pikku.stores.row import failure_text, to_text

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
            errors = (failure_text(change.error), to_text(change.abandon))
            return ("moved", change.run_id, change.epoch, change.status, change.output_json, *errors)
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
    fields = ["mode", change.mode, "input_json", change.input_json]
    if change.tags:
        fields += ["tags", to_text(change.tags)]
    if change.version is not None:
        fields += ["version", change.version]
    owner, ttl_ms = (lease.owner, lease.ttl_ms) if lease else (None, 0)
    return ("created", change.run_id, change.workflow, owner, ttl_ms, fields)


def _inserted(change: StepInserted) -> Packed:
    call = change.call
    lane = call.rpc_name if call.remote else None
    return ("inserted", change.run_id, change.epoch, call.key, lane, call_text(call), *_standing(change.standing))


def _stepped(change: StepMoved) -> Packed:
    return (
        "stepped",
        change.run_id,
        change.key,
        change.from_status,
        change.from_attempt,
        change.run_epoch,
        change.step_epoch,
        change.only_when_due,
        *_standing(change.standing),
    )


def _standing(standing: Standing) -> Packed:
    """Where a change puts a step; its error and its result as parts of a record, see `steps.lua`."""
    result, failed = standing.result_json, standing.failed
    return (
        standing.status,
        standing.attempt_count,
        failure_text(standing.error) or "null",
        "" if result is None else f",{result}",
        standing.due_in,
        standing.ran_ms,
        failed and (failed.attempt_count, to_text(failed.error), failed.ran_ms),
    )
