"""The line of the source that a finding is about, and what in it is meant."""

import tokenize
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pikku.cli.printable import printable
from pikku.cli.tables import text_width
from pikku.model.diagnostic import Diagnostic

WIDEST = 120
BEFORE = 60
TAB = "    "


class Excerpt(NamedTuple):
    """A line, made safe to show; the carets of `mark` are under what is meant."""

    text: str
    mark: str


def excerpt_of(diagnostic: Diagnostic, root: Path) -> Excerpt | None:
    """`None` if the file cannot be read, or has no such line."""
    file = root / diagnostic.place.file
    lines = _lines(file, _state(file))
    if not 1 <= diagnostic.place.line <= len(lines):
        return None
    line = lines[diagnostic.place.line - 1]
    start = min(diagnostic.place.column - 1, len(line))
    end = diagnostic.end
    stop = end.column - 1 if end is not None and end.line == diagnostic.place.line else len(line.rstrip())
    return _windowed(line, start, stop)


def _windowed(line: str, start: int, stop: int) -> Excerpt:
    """The line, or only its surroundings of what is meant if it is very long."""
    begin = start - BEFORE if start > WIDEST - BEFORE and len(line) > WIDEST else 0
    cut = line[begin : begin + WIDEST]
    before, meant = _shown(line[begin:start]), _shown(line[start : min(stop, begin + WIDEST)])
    left, right = "…" if begin else "", "…" if begin + WIDEST < len(line) else ""
    mark = " " * (len(left) + text_width(before)) + "^" * max(1, text_width(meant))
    return Excerpt(f"{left}{_shown(cut)}{right}", mark)


def _shown(text: str) -> str:
    return printable(text.replace("\t", TAB))


def _state(file: Path) -> tuple[int, int] | None:
    """What changes with a file: `pikku dev` shows the same files again and again."""
    try:
        found = file.stat()
    except (OSError, ValueError):
        return None
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=16)
def _lines(file: Path, state: tuple[int, int] | None) -> list[str]:
    try:
        with tokenize.open(file) as text:
            return text.read().split("\n")
    except (OSError, ValueError, SyntaxError):
        return []
