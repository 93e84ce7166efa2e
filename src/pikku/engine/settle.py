"""What to record when something has happened: an attempt is over, a sleep begins or ends, a body is at its end."""

from msgspec import Struct

from pikku.engine.retry import has_retries_left, retry_delay
from pikku.engine.transitions import may_move
from pikku.model.change import FailedAttempt, RunMoved, Standing, StepInserted, StepMoved
from pikku.model.failure import LOST, Failure
from pikku.model.ids import RunId
from pikku.model.payload import NULL, Json
from pikku.model.run import RunStatus
from pikku.model.step import Step, StepCall, StepStatus


class Succeeded(Struct, frozen=True, gc=False):
    """An attempt returned, after `ran_ms`."""

    result_json: Json
    ran_ms: int


class Failed(Struct, frozen=True, gc=False):
    """An attempt raised, after `ran_ms`; `retry_after_ms` is the delay that the failure itself asked for."""

    failure: Failure
    ran_ms: int
    retryable: bool = True
    retry_after_ms: int | None = None


class Returned(Struct, frozen=True):
    """The body returned."""

    output_json: Json


class Raised(Struct, frozen=True):
    """The body raised."""

    failure: Failure


class Stopped(Struct, frozen=True):
    """The body asked to be cancelled, or somebody else did."""

    reason: str


UNFINISHED = Failure(type="pikku.RunEnded", message="the run ended before this step was finished", code="RUN_ENDED")
CANCELLED = "RUN_CANCELLED"


def attempt_over(call: StepCall, attempt_count: int, result: Succeeded | Failed, fraction: float) -> Standing:
    """Where an attempt leaves its step: succeeded, failed for good, or scheduled for the next attempt."""
    if isinstance(result, Succeeded):
        return Standing(StepStatus.SUCCEEDED, attempt_count, result.result_json, ran_ms=result.ran_ms)
    if not result.retryable or not has_retries_left(call.policy, attempt_count):
        return Standing(StepStatus.FAILED, attempt_count, error=result.failure, ran_ms=result.ran_ms)
    delay = result.retry_after_ms
    if delay is None:
        delay = retry_delay(call.policy, attempt_count, fraction)
    behind = FailedAttempt(attempt_count, result.failure, result.ran_ms)
    return Standing(StepStatus.SCHEDULED, attempt_count + 1, due_in=delay, failed=behind)


def shown_running(attempt_count: int, ran_ms: int) -> Standing:
    """An attempt that has run long enough to be worth showing."""
    return Standing(StepStatus.RUNNING, attempt_count, ran_ms=ran_ms)


def dispatched(attempt_count: int = 1, lost: FailedAttempt | None = None) -> Standing:
    """A step that any step worker may execute from now on, if need be after an attempt that was lost."""
    return Standing(StepStatus.SCHEDULED, attempt_count, due_in=0, failed=lost)


def sleep_begun(ms: int) -> Standing:
    return Standing(StepStatus.SCHEDULED, due_in=ms)


def sleep_over() -> Standing:
    return Standing(StepStatus.SUCCEEDED, result_json=NULL)


def step_change(
    run_id: RunId, epoch: int, call: StepCall, recorded: Step | None, standing: Standing, *, only_when_due: bool = False
) -> StepInserted | StepMoved:
    """The guarded write that brings a step from what is recorded of it to where it stands now."""
    start = None if recorded is None else recorded.status
    if not may_move(start, standing.status):
        raise AssertionError(f"step {call.key!r} must not move from {start} to {standing.status}")
    if recorded is None:
        return StepInserted(run_id=run_id, epoch=epoch, call=call, standing=standing)
    return StepMoved(
        run_id=run_id,
        key=call.key,
        from_status=recorded.status,
        from_attempt=recorded.attempt_count,
        standing=standing,
        run_epoch=epoch,
        only_when_due=only_when_due,
    )


def worker_change(step: Step, standing: Standing) -> StepMoved:
    """The write by which a step worker tells where the step that it has claimed stands now."""
    return StepMoved(
        run_id=step.run_id,
        key=step.key,
        from_status=step.status,
        from_attempt=step.attempt_count,
        standing=standing,
        step_epoch=step.epoch,
    )


def given_back(step: Step) -> Standing:
    """A step that whoever executed it could not finish: the attempt is lost, and the next one any worker's, at once."""
    return dispatched(step.attempt_count + 1, lost_attempt(step))


def lost_attempt(step: Step) -> FailedAttempt:
    """The attempt that a step was in when whoever executed it could not go on."""
    return FailedAttempt(step.attempt_count, LOST)


def run_over(run_id: RunId, epoch: int | None, end: Returned | Raised | Stopped) -> RunMoved:
    """The end of a run. Without an epoch it is an order from outside, whoever owns the run."""
    match end:
        case Returned(output_json=output):
            return RunMoved(
                run_id=run_id, epoch=epoch, status=RunStatus.COMPLETED, abandon=UNFINISHED, output_json=output
            )
        case Raised(failure=failure):
            return RunMoved(run_id=run_id, epoch=epoch, status=RunStatus.FAILED, abandon=UNFINISHED, error=failure)
        case Stopped(reason=reason):
            cancelled = Failure(type="pikku.RunCancelled", message=reason, code=CANCELLED)
            return RunMoved(run_id=run_id, epoch=epoch, status=RunStatus.CANCELLED, abandon=UNFINISHED, error=cancelled)
