"""Times as they are written in documents: `2025-11-03T09:30:00.250Z`."""

from datetime import UTC, datetime, timedelta

WrittenTime = str | int
"""ISO 8601 in UTC, to the millisecond; milliseconds since 1970 where the calendar has no such year."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def write_time(unix_ms: int) -> WrittenTime:
    """What is written for a number of milliseconds since 1970."""
    try:
        moment = _EPOCH + timedelta(milliseconds=unix_ms)
    except OverflowError:
        return unix_ms
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def write_maybe(unix_ms: int | None) -> WrittenTime | None:
    """What is written for a time that there may not be."""
    return None if unix_ms is None else write_time(unix_ms)


def read_time(written: WrittenTime) -> int:
    """Milliseconds since 1970. Raises `ValueError` for what is no time."""
    if isinstance(written, int):
        return written
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is None:
        raise ValueError(f"{written!r} has no time zone; write it with a Z")
    return (moment - _EPOCH) // _MILLISECOND


def read_maybe(written: WrittenTime | None) -> int | None:
    """A time that there may not be. Raises `ValueError` for what is no time."""
    return None if written is None else read_time(written)
