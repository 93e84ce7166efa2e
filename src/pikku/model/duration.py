"""Durations as people write them, in milliseconds as the system counts them."""

import re
from datetime import timedelta

from pikku.model.errors import DurationError

Duration = int | float | str | timedelta
"""A number is milliseconds; a string is number + unit, repeatable (`"2h30m"`); or a `timedelta`."""

LONGEST_MS = 2**52
"""142,000 years. Added to any time of today it is still a whole number for those who count in doubles, as Redis does."""

_UNITS_MS = {
    ("ms", "millisecond", "milliseconds"): 1,
    ("s", "sec", "second", "seconds"): 1_000,
    ("m", "min", "minute", "minutes"): 60_000,
    ("h", "hour", "hours"): 3_600_000,
    ("d", "day", "days"): 86_400_000,
    ("w", "week", "weeks"): 604_800_000,
    ("y", "year", "years"): 31_557_600_000,
}
_UNIT_MS = {name: factor for names, factor in _UNITS_MS.items() for name in names}
_PART = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?) *([a-z]+)\s*")


def parse_duration(value: Duration) -> int:
    """The duration in whole milliseconds.

    >>> parse_duration("2h30m"), parse_duration("1.5h"), parse_duration(250)
    (9000000, 5400000, 250)

    `m` is minutes. Raises `DurationError` for anything that is not a duration, for negative and for endless ones.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str, timedelta)):
        raise DurationError(value)
    if isinstance(value, str):
        return _checked(_parse_text(value), value)
    if isinstance(value, timedelta):
        return _checked(value.total_seconds() * 1_000, value)
    return _checked(value, value)


def format_duration(ms: int) -> str:
    """A short text for people: `"1.5s"`, `"2h30m"`, `"3d"`.

    >>> format_duration(9_000_000), format_duration(1_500), format_duration(0)
    ('2h30m', '1.5s', '0ms')
    """
    if ms < 1_000:
        return f"{ms}ms"
    if ms < 60_000:
        return f"{ms / 1_000:.3g}s"
    seconds, parts = ms // 1_000, []
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts[:2])


def _parse_text(text: str) -> float:
    position, total = 0, 0.0
    while match := _PART.match(text, position):
        number, unit = match.groups()
        if unit not in _UNIT_MS:
            raise DurationError(text)
        total += float(number) * _UNIT_MS[unit]
        position = match.end()
    if position == 0 or position != len(text):
        raise DurationError(text)
    return total


def _checked(ms: float, written: object) -> int:
    if not 0 <= ms <= LONGEST_MS:
        raise DurationError(written)
    return round(ms)
