"""A step alone, over with its first record: a statement of its own, because nothing is gained by a document for one."""

from collections.abc import Sequence
from typing import Any

from pikku.model.change import Change, StepInserted, wants_attention
from pikku.stores.postgres.record import described
from pikku.stores.row import failure_text, policy_text, to_text


def lone_step(changes: Sequence[Change]) -> StepInserted | None:
    """The step, if the changes are nothing but one that `insert_step` can write."""
    if len(changes) != 1:
        return None
    (change,) = changes
    if not isinstance(change, StepInserted) or wants_attention(change):
        return None
    standing = change.standing
    return change if standing.status.final and standing.failed is None and standing.due_in is None else None


def parameters_of(change: StepInserted, now: int | None) -> tuple[Any, ...]:
    """What `insert_step` takes."""
    call, standing = change.call, change.standing
    return (
        now,
        change.run_id,
        change.epoch,
        call.key,
        call.name,
        call.kind.value,
        call.position,
        call.rpc_name,
        policy_text(call.policy),
        None if call.seen is None else to_text(call.seen),
        described(call.description),
        call.data_json,
        standing.status.value,
        standing.attempt_count,
        standing.result_json,
        failure_text(standing.error),
        standing.ran_ms,
    )
