"""A step of a run, and its attempts."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from msgspec import Struct

from pikku.model.failure import Failure
from pikku.model.ids import RunId, invocation_id
from pikku.model.payload import Json, parse
from pikku.model.policy import ONCE, StepPolicy
from pikku.model.run import moment


class StepKind(StrEnum):
    RPC = "rpc"
    INLINE = "inline"
    SLEEP = "sleep"


class StepStatus(StrEnum):
    """How far a step is. `failed` is final: a step that will be tried again is `scheduled` with a later due time."""

    PENDING = "pending"
    SCHEDULED = "scheduled"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"

    def __init__(self, value: str) -> None:
        # Not a property: it is asked for several times in every step.
        self.final = value in ("succeeded", "failed")


class Seen(Struct, frozen=True, gc=False):
    """A stretch of the order in which a body saw results: `keys` are the results number `start`, `start + 1`, …"""

    start: int
    keys: tuple[str, ...]


class StepCall(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """What the body asked for: the part of a step that never changes.

    `position` is the number of the call in its body, from 0. `seen` tells which results the body had seen before it, as
    far as no earlier write told; `None` means: those of all earlier calls, in their order. `remote` steps are executed by
    step workers under leases of their own.
    """

    key: str
    name: str
    kind: StepKind
    position: int
    rpc_name: str | None = None
    data_json: Json | None = None
    policy: StepPolicy = ONCE
    description: str | None = None
    remote: bool = False
    seen: Seen | None = None


class Step(Struct, frozen=True, gc=False, kw_only=True):
    """A step as it is stored; times are milliseconds since 1970 by the store's clock.

    A `scheduled` step is to be executed (or, a sleep, to end) at `due_ms`. For a remote step that is `running`, `due_ms`
    is the end of its worker's lease, held by `owner` under `epoch`; without one, the owner of the run executes it.
    """

    run_id: RunId
    call: StepCall
    status: StepStatus
    attempt_count: int = 1
    result_json: Json | None = None
    error: Failure | None = None
    due_ms: int | None = None
    owner: str | None = None
    epoch: int = 0
    created_ms: int
    scheduled_ms: int | None = None
    running_ms: int | None = None
    completed_ms: int | None = None

    @property
    def key(self) -> str:
        return self.call.key

    @property
    def name(self) -> str:
        return self.call.name

    @property
    def kind(self) -> StepKind:
        return self.call.kind

    @property
    def stays(self) -> bool:
        """Whether it is being executed where its run is, under the lease of the run: no step worker may claim it."""
        return self.status is StepStatus.RUNNING and self.due_ms is None

    @property
    def step_id(self) -> str:
        return invocation_id(self.run_id, self.call.key)

    @property
    def updated_ms(self) -> int:
        """When the step was last written."""
        return max(self.created_ms, self.scheduled_ms or 0, self.running_ms or 0, self.completed_ms or 0)


class Attempt(Struct, frozen=True, kw_only=True):
    """One execution of a step, as `get_run_history` lists it; `status` tells how far a last, unfinished one is."""

    run_id: RunId
    key: str
    step_name: str
    kind: StepKind
    status: StepStatus
    attempt_count: int
    result_json: Json | None = None
    error: Failure | None = None
    created_ms: int
    completed_ms: int | None = None

    @property
    def result(self) -> Any:
        """What the attempt returned, as plain JSON values; `None` unless it succeeded."""
        return None if self.result_json is None else parse(self.result_json)

    @property
    def created_at(self) -> datetime:
        """When the attempt began."""
        return moment(self.created_ms)

    @property
    def completed_at(self) -> datetime | None:
        return None if self.completed_ms is None else moment(self.completed_ms)


def last_attempt(step: Step) -> Attempt:
    """The attempt that the step itself stands for; earlier ones are in the history."""
    return Attempt(
        run_id=step.run_id,
        key=step.key,
        step_name=step.name,
        kind=step.kind,
        status=step.status,
        attempt_count=step.attempt_count,
        result_json=step.result_json,
        error=step.error,
        created_ms=step.running_ms or step.scheduled_ms or step.created_ms,
        completed_ms=step.completed_ms,
    )
