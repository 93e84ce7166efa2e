"""Every decision about a call, from what is recorded of it."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pikku.engine.decide import Await, Begin, Decision, Dispatch, Execute, Park, Raise, Refuse, Return, Wake, decide
from pikku.engine.retry import retry_delay
from pikku.engine.settle import Failed, Succeeded, attempt_over, sleep_begun, step_change
from pikku.model.change import FailedAttempt, Standing, StepInserted, StepMoved
from pikku.model.duration import LONGEST_MS
from pikku.model.failure import LOST, Failure
from pikku.model.ids import RunId
from pikku.model.payload import Json
from pikku.model.policy import StepPolicy
from pikku.model.step import Step, StepCall, StepKind, StepStatus

RUN = RunId("00000000-0000-7000-8000-000000000000")
RPC = StepCall(key="pay", name="pay", kind=StepKind.RPC, position=0, rpc_name="charge")
REMOTE = msgspec.structs.replace(RPC, remote=True)
INLINE = StepCall(key="pay", name="pay", kind=StepKind.INLINE, position=0)
SLEEP = StepCall(key="pay", name="pay", kind=StepKind.SLEEP, position=0)
BROKEN = Failure(type="OSError", message="broken")
NOW = 1_000


def recorded(call: StepCall, status: StepStatus, **fields: object) -> Step:
    step = Step(run_id=RUN, call=call, status=status, created_ms=0)
    return msgspec.structs.replace(step, **fields)


@pytest.mark.parametrize(
    ("call", "step", "decision"),
    [
        (RPC, None, Execute(1)),
        (INLINE, None, Execute(1)),
        (SLEEP, None, Begin()),
        (REMOTE, None, Dispatch(Execute(1), Standing(StepStatus.SCHEDULED, due_in=0))),
        (REMOTE, recorded(REMOTE, StepStatus.SCHEDULED, attempt_count=2, due_ms=NOW - 5), Park()),
        (REMOTE, recorded(REMOTE, StepStatus.RUNNING, due_ms=NOW - 5), Park()),
        (RPC, recorded(RPC, StepStatus.SUCCEEDED, result_json=Json("0")), Return(Json("0"))),
        (SLEEP, recorded(SLEEP, StepStatus.SUCCEEDED, result_json=Json("null")), Return(Json("null"))),
        (RPC, recorded(RPC, StepStatus.FAILED, error=BROKEN), Raise(BROKEN)),
        (RPC, recorded(RPC, StepStatus.SCHEDULED, attempt_count=3, due_ms=NOW + 5), Await(5)),
        (RPC, recorded(RPC, StepStatus.SCHEDULED, attempt_count=3, due_ms=NOW), Execute(3)),
        (SLEEP, recorded(SLEEP, StepStatus.SCHEDULED, due_ms=NOW + 5), Await(5)),
        (SLEEP, recorded(SLEEP, StepStatus.SCHEDULED, due_ms=NOW), Wake()),
        (INLINE, recorded(INLINE, StepStatus.PENDING, attempt_count=1), Execute(1)),
        (INLINE, recorded(RPC, StepStatus.SUCCEEDED), Refuse("a call of 'charge'", "an inline step")),
        (SLEEP, recorded(INLINE, StepStatus.SUCCEEDED), Refuse("an inline step", "a sleep")),
    ],
)
def test_what_is_recorded_decides_what_is_done(call: StepCall, step: Step | None, decision: Decision) -> None:
    assert decide(call, step, NOW) == decision


def test_another_function_under_the_same_key_is_refused() -> None:
    other = msgspec.structs.replace(RPC, rpc_name="refund")
    decision = decide(other, recorded(RPC, StepStatus.SUCCEEDED), NOW)
    assert decision == Refuse("a call of 'charge'", "a call of 'refund'")


@pytest.mark.parametrize(
    ("step", "attempt"), [(None, 1), (recorded(RPC, StepStatus.SCHEDULED, attempt_count=2, due_ms=0), 2)]
)
def test_a_step_in_doubt_is_announced_before_it_is_begun(step: Step | None, attempt: int) -> None:
    announced = Execute(attempt, Standing(StepStatus.RUNNING, attempt, ran_ms=0))
    assert decide(RPC, step, NOW, in_doubt=True) == announced


def test_a_remote_step_in_doubt_is_announced_if_it_stays() -> None:
    decision = decide(REMOTE, None, NOW, in_doubt=True)
    assert isinstance(decision, Dispatch)
    assert decision.here == Execute(1, Standing(StepStatus.RUNNING, ran_ms=0))


def test_an_attempt_that_its_process_did_not_survive_is_behind_and_the_next_one_begins() -> None:
    decision = decide(RPC, recorded(RPC, StepStatus.RUNNING, attempt_count=2), NOW)
    assert isinstance(decision, Execute)
    assert decision.attempt_count == 3
    assert decision.opening is not None
    assert decision.opening.failed is not None
    assert (decision.opening.failed.attempt_count, decision.opening.failed.error) == (2, LOST)


def test_a_lost_attempt_that_stayed_with_its_body_is_for_whoever_has_room() -> None:
    decision = decide(REMOTE, recorded(REMOTE, StepStatus.RUNNING, attempt_count=2), NOW)
    assert isinstance(decision, Dispatch)
    assert decision.here.attempt_count == decision.offer.attempt_count == 3
    assert decision.here.opening is not None
    assert decision.here.opening.failed == decision.offer.failed == FailedAttempt(2, LOST)


@given(st.integers(1, 20), st.integers(0, 20), st.booleans(), st.none() | st.integers(0, 10**6))
def test_a_failed_attempt_is_tried_again_exactly_while_retries_are_left(
    attempt: int, retries: int, retryable: bool, retry_after: int | None
) -> None:
    call = msgspec.structs.replace(RPC, policy=StepPolicy(retries=retries, retry_delay_ms=7))
    standing = attempt_over(call, attempt, Failed(BROKEN, 1, retryable, retry_after), 0.5)
    if retryable and attempt <= retries:
        assert (standing.status, standing.attempt_count) == (StepStatus.SCHEDULED, attempt + 1)
        assert standing.due_in == (7 if retry_after is None else retry_after)
        assert standing.failed is not None
        assert standing.failed.attempt_count == attempt
    else:
        assert (standing.status, standing.attempt_count, standing.error) == (StepStatus.FAILED, attempt, BROKEN)


@given(
    st.builds(
        StepPolicy,
        retry_delay_ms=st.integers(0, LONGEST_MS),
        backoff=st.floats(1, 1e300),
        max_retry_delay_ms=st.none() | st.integers(0, LONGEST_MS),
        jitter=st.floats(0, 1),
    ),
    st.integers(1, 10_000),
    st.floats(0, 1, exclude_max=True),
)
def test_a_retry_delay_is_never_negative_endless_or_far_over_its_cap(
    policy: StepPolicy, attempt: int, fraction: float
) -> None:
    delay = retry_delay(policy, attempt, fraction)
    assert 0 <= delay <= LONGEST_MS
    if policy.max_retry_delay_ms is not None:
        assert delay <= policy.max_retry_delay_ms * 2 + 1


def test_the_first_record_of_a_step_inserts_it_and_later_ones_move_it_from_where_it_is() -> None:
    done = attempt_over(RPC, 1, Succeeded(Json("1"), 5), 0.0)
    assert isinstance(step_change(RUN, 3, RPC, None, done), StepInserted)
    moved = step_change(RUN, 3, RPC, recorded(RPC, StepStatus.RUNNING, attempt_count=2), done)
    assert isinstance(moved, StepMoved)
    assert (moved.run_epoch, moved.from_status, moved.from_attempt) == (3, StepStatus.RUNNING, 2)


def test_a_move_that_is_not_in_the_table_is_never_written() -> None:
    finished = recorded(SLEEP, StepStatus.SUCCEEDED)
    with pytest.raises(AssertionError, match="must not move from succeeded to scheduled"):
        step_change(RUN, 1, SLEEP, finished, sleep_begun(5))
    with pytest.raises(AssertionError):
        step_change(RUN, 1, SLEEP, finished, Standing(StepStatus.FAILED))
