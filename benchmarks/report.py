"""All figures of one run of the benchmark, as they are kept in a file."""

from pathlib import Path

import msgspec
from msgspec import Struct

from benchmarks.figure import Figure, times_as_fast

RESULTS = Path(__file__).parent / "results"
LATEST = RESULTS / "latest.json"
"""What the last run on this machine has found."""
PUBLISHED = RESULTS / "published.json"
"""What the documentation tells."""


class Section(Struct, frozen=True):
    """Figures that were measured in turn with each other."""

    name: str
    title: str
    figures: tuple[Figure, ...]


class Report(Struct, frozen=True, kw_only=True):
    """What was measured, where, and with what.

    `scale` is 1 unless the workloads were made smaller to try the benchmark itself; `missing` says of each trial without
    figures why.
    """

    date: str
    seconds: float
    rounds: int
    scale: float
    quick: bool
    machine: dict[str, str]
    versions: dict[str, str]
    sections: tuple[Section, ...]
    missing: dict[str, str]

    def figure(self, name: str) -> Figure | None:
        """The figure of that name, or `None` when it was not measured."""
        found = (figure for section in self.sections for figure in section.figures if figure.name == name)
        return next(found, None)

    def median(self, name: str) -> float | None:
        figure = self.figure(name)
        return None if figure is None else figure.median

    def ratio(self, name: str, other: str) -> float | None:
        """How many times as fast the one is as the other; `None` when one of them was not measured."""
        one, another = self.figure(name), self.figure(other)
        return None if one is None or another is None else times_as_fast(one, another)


def save(report: Report, file: Path) -> None:
    """Write it for people and programs."""
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n")


def load(file: Path) -> Report | None:
    """What `save` has written; `None` when there is no such file. Raises `msgspec.ValidationError` for another file."""
    return msgspec.json.decode(file.read_bytes(), type=Report) if file.exists() else None
