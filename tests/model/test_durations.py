"""Durations as people write them."""

from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pikku.model.duration import LONGEST_MS, format_duration, parse_duration
from pikku.model.errors import DefinitionError, DurationError

UNITS = {
    "ms": 1,
    "millisecond": 1,
    "milliseconds": 1,
    "s": 1_000,
    "sec": 1_000,
    "second": 1_000,
    "seconds": 1_000,
    "m": 60_000,
    "min": 60_000,
    "minute": 60_000,
    "minutes": 60_000,
    "h": 3_600_000,
    "hour": 3_600_000,
    "hours": 3_600_000,
    "d": 86_400_000,
    "day": 86_400_000,
    "days": 86_400_000,
    "w": 604_800_000,
    "week": 604_800_000,
    "weeks": 604_800_000,
}


@pytest.mark.parametrize(
    ("written", "ms"),
    [
        ("5s", 5_000),
        ("5min", 300_000),
        ("1440min", 86_400_000),
        ("2h30m", 9_000_000),
        ("2h 30m", 9_000_000),
        (" 1h 2m 3s 4ms ", 3_723_004),
        ("1.5h", 5_400_000),
        ("1d", 86_400_000),
        ("500ms", 500),
        ("5 seconds", 5_000),
        ("0s", 0),
        (250, 250),
        (0, 0),
        (1.6, 2),
        (timedelta(minutes=2, milliseconds=5), 120_005),
        (timedelta(0), 0),
        (LONGEST_MS, LONGEST_MS),
    ],
)
def test_what_is_accepted(written: str | float | timedelta, ms: int) -> None:
    assert parse_duration(written) == ms


@pytest.mark.parametrize(
    "written",
    [
        *(
            "",
            " ",
            "5",
            "s",
            "5 parsecs",
            "-5s",
            "+5s",
            "5s!",
            "five minutes",
            "1,5h",
            "1e3s",
            ".5s",
            "5.s",
            "1h-2m",
            "٣s",
            "5S",
        ),
        *(-1, -0.6, float("nan"), float("inf"), float("-inf"), LONGEST_MS + 1, "9" * 400 + "s", 1e300),
        *(timedelta(seconds=-1), timedelta.max, True, False, None, [], b"5s", {"seconds": 5}),
    ],
)
def test_what_is_refused(written: object) -> None:
    with pytest.raises(DurationError, match=r"is not a duration; write a number of milliseconds.*'2h30m'") as caught:
        parse_duration(written)  # type: ignore[arg-type]
    assert repr(written) in str(caught.value)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, DefinitionError)


@given(st.text() | st.text("0123456789. smhdwinutego-+"))
def test_no_text_does_worse_than_a_duration_error(text: str) -> None:
    try:
        assert 0 <= parse_duration(text) <= LONGEST_MS
    except DurationError as error:
        assert "5min" in str(error)  # noqa: PT017  most texts are refused, some are not


@given(st.integers() | st.floats() | st.timedeltas())
@example(10**400)
@example(-(10**400))
def test_no_number_does_worse_than_a_duration_error(number: float | timedelta) -> None:
    try:
        assert 0 <= parse_duration(number) <= LONGEST_MS
    except DurationError as error:
        assert "timedelta" in str(error)  # noqa: PT017


@given(st.integers(0, 9_999), st.sampled_from(sorted(UNITS)), st.sampled_from(["", " ", "   "]))
def test_a_number_and_a_unit(number: int, unit: str, space: str) -> None:
    assert parse_duration(f"{number}{space}{unit}") == number * UNITS[unit]


@given(st.lists(st.tuples(st.integers(0, 999), st.sampled_from(sorted(UNITS))), min_size=1, max_size=5))
def test_parts_add_up(parts: list[tuple[int, str]]) -> None:
    text = " ".join(f"{number}{unit}" for number, unit in parts)
    assert parse_duration(text) == sum(number * UNITS[unit] for number, unit in parts)


@given(st.integers(0, LONGEST_MS))
def test_a_number_is_milliseconds(ms: int) -> None:
    assert parse_duration(ms) == ms


@given(st.integers(0, 10**12))
def test_a_timedelta_is_as_long_as_it_is(ms: int) -> None:
    assert parse_duration(timedelta(milliseconds=ms)) == ms


@given(st.integers(0, LONGEST_MS))
def test_what_is_shown_to_people_is_a_duration_again(ms: int) -> None:
    again = parse_duration(format_duration(ms))
    # Two parts are shown: what is left out is less than the smaller of two neighbouring units.
    assert abs(again - ms) <= ms / 24


@given(st.integers(0, 999))
def test_milliseconds_are_shown_exactly(ms: int) -> None:
    assert parse_duration(format_duration(ms)) == ms
