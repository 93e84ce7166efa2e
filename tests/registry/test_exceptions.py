"""Exceptions to stored failures and back: totally, and without calling the user's code."""

from typing import Any

import msgspec
import pytest

from pikku.model.errors import PayloadTooLargeError, StepTimeoutError
from pikku.model.failure import Failure
from pikku.model.retrying import NonRetryableError
from pikku.registry.exceptions import MESSAGE_LIMIT, STACK_LIMIT, capture, lineage, rebuild, revive


class Declined(Exception):
    def __init__(self, amount: int, *, why: str) -> None:
        super().__init__(amount)
        self.why = why
        self.secret = object()

    def __str__(self) -> str:
        return f"declined {self.args[0]}: {self.why}"


class HardDeclined(Declined):
    pass


class Hostile(Exception):
    @property
    def code(self) -> str:
        raise RuntimeError("no code for you")

    def __str__(self) -> str:
        raise RuntimeError("no message for you")

    def __new__(cls, *args: Any) -> "Hostile":
        if args:
            raise TypeError("never again")
        return super().__new__(cls)


def stored(error: BaseException) -> Failure:
    """As it comes back from a store."""
    return msgspec.json.decode(msgspec.json.encode(capture(error)), type=Failure)


def test_a_declared_exception_keeps_class_message_and_storable_fields() -> None:
    back = rebuild(stored(HardDeclined(5, why="limit")), [Declined])
    assert type(back) is HardDeclined
    assert str(back) == "declined 5: limit"
    assert not hasattr(back, "secret")


def test_an_exception_that_is_not_declared_is_not_rebuilt() -> None:
    assert rebuild(stored(Declined(5, why="limit")), [KeyError]) is None


def test_our_own_errors_about_a_step_come_back_without_being_declared() -> None:
    big = rebuild(stored(PayloadTooLargeError("it", 5, 4)), [])
    assert isinstance(big, PayloadTooLargeError)
    assert (big.size, big.limit) == (5, 4)
    assert isinstance(rebuild(stored(StepTimeoutError("pay", "5s")), []), TimeoutError)


def test_an_exception_that_refuses_everything_is_still_stored() -> None:
    failure = stored(Hostile())
    assert failure.message == "(no message: Hostile.__str__ raised)"
    assert isinstance(rebuild(failure, [Hostile]), Hostile)
    assert rebuild(msgspec.structs.replace(failure, args=(1,)), [Hostile]) is None


def test_causes_are_kept_but_not_without_end() -> None:
    error: Exception = ValueError("root")
    for number in range(20):
        try:
            raise RuntimeError(number) from error
        except RuntimeError as caught:
            error = caught
    failure: Failure | None = stored(error)
    depth = 0
    while failure is not None:
        failure, depth = failure.cause, depth + 1
    assert depth == 6


def test_a_cause_that_was_suppressed_is_not_kept() -> None:
    def hides_its_cause() -> None:
        try:
            raise KeyError("secret")
        except KeyError:
            raise ValueError("public") from None

    with pytest.raises(ValueError, match="public") as caught:
        hides_its_cause()
    assert stored(caught.value).cause is None


def test_a_stack_is_cut_at_its_beginning() -> None:
    def deeper(level: int) -> None:
        raise ValueError("x" * 100_000) if level == 0 else deeper_error(level)

    def deeper_error(level: int) -> Exception:
        deeper(level - 1)
        raise AssertionError

    with pytest.raises(ValueError, match="x") as caught:
        deeper(200)
    assert len(stored(caught.value).stack or "") <= STACK_LIMIT + 1


@pytest.mark.parametrize(
    ("code", "kept"), [("E1", "E1"), (42, "42"), pytest.param(10**5_000, None, id="huge"), (object(), None)]
)
def test_a_code_is_a_text_or_a_number(code: object, kept: str | None) -> None:
    error = ValueError("x")
    error.code = code  # type: ignore[attr-defined]
    assert stored(error).code == kept


def test_what_is_too_large_to_be_kept_of_an_error_is_cut_or_left_out() -> None:
    error = Declined(5, why="x" * 2_000_000)
    error.code = "y" * 2_000_000  # type: ignore[attr-defined]
    failure = stored(error)
    assert len(msgspec.json.encode(failure)) < 2 * MESSAGE_LIMIT + 1_000
    assert failure.message.startswith("declined 5: xxx")
    assert (failure.args, failure.fields) == ((5,), {})


def test_half_a_surrogate_pair_in_a_message_does_not_keep_a_failure_from_being_stored() -> None:
    assert stored(ValueError("\ud800")).message == "?"


def test_what_another_process_raised_is_of_the_nearest_class_that_is_known_here_and_keeps_its_failure() -> None:
    unknown = type("Unknown", (NonRetryableError,), {"__module__": "only.there"})
    for error, kind in (
        (Declined(5, why="poor"), Declined),
        (unknown("never"), NonRetryableError),
        (Hostile(), Hostile),
        (KeyError("x"), KeyError),
        (SystemExit("enough"), Exception),
    ):
        failure = stored(error)
        revived = revive(failure, lineage(error))
        assert type(revived) is kind
        assert capture(revived) == failure


def test_an_exception_that_is_raised_from_one_of_another_process_has_its_failure_as_cause() -> None:
    failure = Failure("only.there.Unknown", "of another process", stack="its stack")
    with pytest.raises(Declined) as caught:
        raise Declined(5, why="poor") from revive(failure, [])
    assert capture(caught.value).cause == failure
