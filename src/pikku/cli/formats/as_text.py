"""Findings for people: where, what, the line with what is meant, and what to write instead."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from pikku.cli.formats.excerpt import excerpt_of
from pikku.cli.printable import printable
from pikku.cli.terminal import Cell, printer
from pikku.model.diagnostic import Diagnostic, Severity

STYLES = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFORMATION: "cyan"}
NUMBER_WIDTH = 5


def write(diagnostics: Sequence[Diagnostic], root: Path) -> None:
    """Each finding, and a line that counts them if there is any."""
    print_line = printer(sys.stdout)
    for diagnostic in diagnostics:
        for line in _lines(diagnostic, root):
            print_line(line)
    if diagnostics:
        print_line([Cell(summary(diagnostics), "bold")])


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """`2 errors and 1 warning in 2 files`."""
    counts = Counter(diagnostic.severity for diagnostic in diagnostics)
    parts = [_counted(counts[severity], severity.value) for severity in Severity if counts[severity]]
    files = len({diagnostic.place.file for diagnostic in diagnostics})
    listed = " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
    return f"{listed} in {_counted(files, 'file')}"


def _counted(number: int, noun: str) -> str:
    plural = "" if number == 1 or noun == Severity.INFORMATION else "s"
    return f"{number} {noun}{plural}"


def _lines(diagnostic: Diagnostic, root: Path) -> Iterator[list[Cell]]:
    place, style = diagnostic.place, STYLES[diagnostic.severity]
    where = f"{printable(place.file)}:{place.line}:{place.column}: "
    what = f"{diagnostic.code} {diagnostic.severity.value}: "
    yield [Cell(where, "bold"), Cell(what, style), Cell(printable(diagnostic.message))]
    excerpt = excerpt_of(diagnostic, root)
    margin = Cell(f"{'':{NUMBER_WIDTH}} | ", "dim")
    if excerpt is not None:
        yield [Cell(f"{place.line:>{NUMBER_WIDTH}} | ", "dim"), Cell(excerpt.text)]
        yield [margin, Cell(excerpt.mark, style)]
    if diagnostic.fix:
        yield [Cell(f"{'':{NUMBER_WIDTH}} = ", "dim"), Cell(f"fix: {printable(diagnostic.fix)}")]
