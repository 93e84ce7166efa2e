"""What has been measured: figures with their rounds, and what they are compared with."""

import statistics
from typing import NamedTuple

from msgspec import Struct

UNITS_PER_SECOND = {"s": 1.0, "ms": 1_000.0, "µs": 1_000_000.0}


class Row(NamedTuple):
    """A figure that a trial is to give, as one row of a table.

    `limit` is the row of the plainest writes of the same kind, `rival` that of another system; both in the same rounds.
    """

    name: str
    title: str
    unit: str
    key: str = "rate"
    """What the trial calls it."""
    limit: str = ""
    rival: str = ""
    system: str = "pikku"
    """`pikku`, `raw` for a driver alone, or the name of another system."""


class Figure(Struct, frozen=True):
    """A row that has been measured; `rounds` are its values in turn. Units: `/s`, `s`, `ms`, `µs`, `MB`."""

    name: str
    title: str
    unit: str
    rounds: tuple[float, ...]
    limit: str = ""
    rival: str = ""
    system: str = "pikku"

    @property
    def median(self) -> float:
        return statistics.median(self.rounds)


def measured(row: Row, rounds: list[float]) -> Figure:
    """The figure of a row."""
    return Figure(row.name, row.title, row.unit, tuple(rounds), row.limit, row.rival, row.system)


def times_as_fast(figure: Figure, other: Figure) -> float | None:
    """How many times as fast it went as the other: the median over the rounds, each compared within itself.

    `None` when there is nothing to compare, such as megabytes.
    """
    ours, theirs = _speeds(figure), _speeds(other)
    if not ours or not theirs:
        return None
    if len(ours) != len(theirs):
        return statistics.median(ours) / statistics.median(theirs)
    return statistics.median(one / another for one, another in zip(ours, theirs, strict=True))


def _speeds(figure: Figure) -> list[float]:
    if figure.unit == "/s":
        return [each for each in figure.rounds if each > 0]
    per_second = UNITS_PER_SECOND.get(figure.unit, 0.0)
    return [per_second / each for each in figure.rounds if each > 0 and per_second]
