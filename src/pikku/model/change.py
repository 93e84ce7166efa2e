"""Every change of a run's state is one of these values; a store's one writing verb takes a batch of them.

A change names what it relies on (an epoch, a status it moves from) and is refused, alone, when that no longer holds. Times are
given as distances from the moment of the write, because only the store's clock says what time it is.
"""

from enum import StrEnum

from msgspec import Struct

from pikku.model.failure import Failure
from pikku.model.ids import RunId
from pikku.model.payload import Json
from pikku.model.run import ExecutionMode, RunStatus
from pikku.model.step import StepCall, StepStatus


class Lease(Struct, frozen=True, gc=False):
    """The wish to own something for `ttl_ms` from now on."""

    owner: str
    ttl_ms: int


class Held(Struct, frozen=True, gc=False):
    """Something owned under an epoch: a run, or with a `key` one remote step of it."""

    run_id: RunId
    epoch: int
    key: str | None = None


class FailedAttempt(Struct, frozen=True, gc=False):
    """An attempt that is over and will not be the last; `ran_ms` ago it began, `None` if only the store knows."""

    attempt_count: int
    error: Failure
    ran_ms: int | None = None


class Standing(Struct, frozen=True, gc=False):
    """Where a step stands after a change. `due_in` and `ran_ms` are milliseconds after and before the write.

    `failed` is the attempt that this change puts behind.
    """

    status: StepStatus
    attempt_count: int = 1
    result_json: Json | None = None
    error: Failure | None = None
    due_in: int | None = None
    ran_ms: int | None = None
    failed: FailedAttempt | None = None


class RunCreated(Struct, frozen=True, kw_only=True):
    """A new run, owned from the start if it comes with a lease (epoch 1), otherwise due at once. Refused if the id exists."""

    run_id: RunId
    workflow: str
    input_json: Json
    mode: ExecutionMode = ExecutionMode.INLINE
    tags: tuple[str, ...] = ()
    version: str | None = None
    lease: Lease | None = None


class RunMoved(Struct, frozen=True, kw_only=True):
    """The end of a running run; its unfinished steps fail with `abandon`. Without an epoch, whoever owns it."""

    run_id: RunId
    epoch: int | None
    status: RunStatus
    abandon: Failure
    output_json: Json | None = None
    error: Failure | None = None


class RunReleased(Struct, frozen=True, kw_only=True):
    """The owner hands the run back, to be due in `due_in` ms (`None`: when woken); at once if woken since `seen_wakes`."""

    run_id: RunId
    epoch: int
    due_in: int | None
    seen_wakes: int = 0


class RunWoken(Struct, frozen=True, kw_only=True):
    """Something happened that the run waits for: it is due now, or its owner will see that it was woken."""

    run_id: RunId


class StepInserted(Struct, frozen=True, gc=False, kw_only=True):
    """A step's first record, by the owner of its run. Refused if the key exists."""

    run_id: RunId
    epoch: int
    call: StepCall
    standing: Standing


class StepMoved(Struct, frozen=True, gc=False, kw_only=True):
    """A step goes on from exactly `from_status` and `from_attempt`, under the epoch of its run or of its own lease.

    With `only_when_due`, the move is refused before the step's due time: that is how a sleep ends.
    """

    run_id: RunId
    key: str
    from_status: StepStatus
    from_attempt: int
    standing: Standing
    run_epoch: int | None = None
    step_epoch: int | None = None
    only_when_due: bool = False


class RunDeleted(Struct, frozen=True, kw_only=True):
    """A run that has ended is forgotten, with its steps and their history; its id is free again. Refused while it runs."""

    run_id: RunId


Change = RunCreated | RunMoved | RunReleased | RunWoken | RunDeleted | StepInserted | StepMoved


class Refusal(StrEnum):
    """Why a change was not made; the first that applies, in this order (a run that exists is refused before all else)."""

    MISSING = "missing"
    """There is no such run, or no such step."""
    ENDED = "ended"
    """The run is not running any more."""
    STALE = "stale"
    """The epoch is another one: somebody else owns the run or the step."""
    EXISTS = "exists"
    """RunCreated: the run exists. StepInserted: the key exists."""
    MOVED = "moved"
    """The step is in another status or attempt."""
    EARLY = "early"
    """The step is not due yet."""
    RUNNING = "running"
    """RunDeleted: the run has not ended."""


class Applied(Struct, frozen=True, gc=False):
    """The change is durable; `at` is the store's time of it."""

    at: int


class Refused(Struct, frozen=True, gc=False):
    """The change was not made, and nothing of it."""

    why: Refusal


Outcome = Applied | Refused


def wants_attention(change: Change) -> bool:
    """Whether others may be waiting for this change: the end of a run, or work that became due."""
    match change:
        case RunMoved() | RunReleased() | RunWoken():
            return True
        case RunCreated(lease=lease):
            return lease is None
        case StepInserted(call=call, standing=standing):
            return call.remote and standing.status is StepStatus.SCHEDULED
        case StepMoved(standing=standing):
            return change.step_epoch is not None or standing.status is StepStatus.SCHEDULED
        case RunDeleted():
            return False
