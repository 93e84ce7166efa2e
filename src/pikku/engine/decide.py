"""What to do about a call of the body, given what is recorded of it. The runtime performs the answer in one `match`."""

from msgspec import Struct

from pikku.engine.settle import dispatched, given_back, lost_attempt
from pikku.model.change import FailedAttempt, Standing
from pikku.model.failure import LOST, Failure
from pikku.model.payload import NULL, Json
from pikku.model.step import Step, StepCall, StepKind, StepStatus


class Return(Struct, frozen=True, gc=False):
    """The step has succeeded: give its result to the body."""

    result_json: Json


class Raise(Struct, frozen=True, gc=False):
    """The step has failed for good: raise its failure in the body."""

    failure: Failure


class Execute(Struct, frozen=True, gc=False):
    """Execute an attempt now, after recording `opening` if there is one."""

    attempt_count: int
    opening: Standing | None = None


class Dispatch(Struct, frozen=True):
    """A step worker is to execute the step: `here` if this process is one that has room, else `offer` it to all."""

    here: Execute
    offer: Standing


class Park(Struct, frozen=True):
    """Wait for news of the step: it is a step worker's."""


class Begin(Struct, frozen=True):
    """Record the sleep, so that its end is fixed from now on."""


class Wake(Struct, frozen=True):
    """The sleep is over: record that."""


class Await(Struct, frozen=True):
    """Nothing to do for this long: a sleep goes on, or a retry is not due."""

    ms: int


class Refuse(Struct, frozen=True):
    """The body asks for another step than the one recorded under this key."""

    recorded: str
    asked: str


Decision = Return | Raise | Execute | Dispatch | Park | Begin | Wake | Await | Refuse

FIRST = Execute(1)
FIRST_REMOTE = Dispatch(FIRST, dispatched())


def decide(call: StepCall, recorded: Step | None, now: int, *, in_doubt: bool = False) -> Decision:
    """The one decision about a step; `now` is the time of the store's clock, as far as it is known.

    A step is `in_doubt` if a record of it may still be on its way to the store: it is not begun without a record that is made
    before that one, which is refused then, or is refused itself.
    """
    if recorded is None:
        return _first(call, in_doubt)
    if recorded.call.kind is not call.kind or recorded.call.rpc_name != call.rpc_name:
        return Refuse(describe(recorded.call), describe(call))
    match recorded.status:
        case StepStatus.SUCCEEDED:
            return Return(NULL if recorded.result_json is None else recorded.result_json)
        case StepStatus.FAILED:
            return Raise(recorded.error or LOST)
        case _:
            return _with_workers(recorded) if recorded.call.remote else _go_on(recorded, now, in_doubt)


def describe(call: StepCall) -> str:
    """What a step is, for people: `a call of 'email.send'`, `an inline step`, `a sleep`."""
    match call.kind:
        case StepKind.RPC:
            return f"a call of {call.rpc_name!r}"
        case StepKind.INLINE:
            return "an inline step"
        case StepKind.SLEEP:
            return "a sleep"


def _first(call: StepCall, in_doubt: bool) -> Begin | Dispatch | Execute:
    if call.kind is StepKind.SLEEP:
        return Begin()
    if in_doubt:
        return Dispatch(_announced(1), dispatched()) if call.remote else _announced(1)
    return FIRST_REMOTE if call.remote else FIRST


def _with_workers(recorded: Step) -> Dispatch | Park:
    if not recorded.stays:
        return Park()
    return Dispatch(_begin_again(recorded), given_back(recorded))


def _go_on(recorded: Step, now: int, in_doubt: bool) -> Execute | Wake | Await:
    if recorded.status is StepStatus.RUNNING:
        return _begin_again(recorded)
    if recorded.due_ms is not None and recorded.due_ms > now:
        return Await(recorded.due_ms - now)
    if recorded.kind is StepKind.SLEEP:
        return Wake()
    return _announced(recorded.attempt_count) if in_doubt else Execute(recorded.attempt_count)


def _begin_again(recorded: Step) -> Execute:
    return _announced(recorded.attempt_count + 1, lost_attempt(recorded))


def _announced(attempt_count: int, lost: FailedAttempt | None = None) -> Execute:
    return Execute(attempt_count, Standing(StepStatus.RUNNING, attempt_count, ran_ms=0, failed=lost))
