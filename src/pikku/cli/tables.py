"""Tables: one row is one line, with colours on a terminal and without them anywhere else."""

import sys
import unicodedata
from collections.abc import Sequence
from shutil import get_terminal_size
from typing import NamedTuple, TypeVar

from pikku.cli.printable import shortened
from pikku.cli.terminal import Cell, has_colours, printer

T = TypeVar("T")

GAP = 2
WIDEST = 48
LEAST_ELASTIC = 20
INDENT = 4


class Column(NamedTuple):
    """`whole` is never shortened, such as an id; `elastic` gets the room that the others leave on a terminal."""

    title: str
    whole: bool = False
    elastic: bool = False


def print_table(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
    """Write a table to the standard output; columns in which no row has anything are left out."""
    kept = [index for index in range(len(columns)) if any(row[index].text for row in rows)]
    columns, rows = _picked([columns], kept)[0], _picked(rows, kept)
    if has_colours(sys.stdout):
        _print_fitted(columns, rows, get_terminal_size().columns)
    else:
        _print_aligned([Column(column.title.upper()) for column in columns], rows)


def print_fields(fields: Sequence[tuple[str, Sequence[Cell]]]) -> None:
    """Write names and values, a value on as many lines as it has cells."""
    print_line = printer(sys.stdout)
    width = max((len(name) for name, _ in fields), default=0)
    for name, cells in fields:
        for number, cell in enumerate(cells):
            print_line([Cell(_padded("" if number else name, width), "bold"), cell])


def _print_fitted(columns: Sequence[Column], rows: Sequence[Sequence[Cell]], width: int) -> None:
    stiff = [index for index, column in enumerate(columns) if not column.elastic]
    elastic = [index for index, column in enumerate(columns) if column.elastic]
    rows = [[_within(cell, _most(column)) for cell, column in zip(row, columns, strict=True)] for row in rows]
    left_columns, left = _picked([columns], stiff)[0], _picked(rows, stiff)
    taken = sum(size + GAP for size in _widths(left_columns, left))
    room = (width - taken) // len(elastic) - GAP if elastic else 0
    if room >= LEAST_ELASTIC or not elastic:
        _print_aligned(columns, [_fitted(columns, row, room) for row in rows])
    else:
        below = [[_within(cell, width - INDENT) for cell in row if cell.text] for row in _picked(rows, elastic)]
        _print_aligned(left_columns, left, below)


def _most(column: Column) -> int:
    return sys.maxsize if column.whole or column.elastic else WIDEST


def _fitted(columns: Sequence[Column], row: Sequence[Cell], room: int) -> list[Cell]:
    return [_within(cell, room) if column.elastic else cell for cell, column in zip(row, columns, strict=True)]


def _picked(rows: Sequence[Sequence[T]], indexes: Sequence[int]) -> list[list[T]]:
    return [[row[index] for index in indexes] for row in rows]


def _print_aligned(
    columns: Sequence[Column], rows: Sequence[Sequence[Cell]], below: Sequence[Sequence[Cell]] = ()
) -> None:
    print_line = printer(sys.stdout)
    widths = _widths(columns, rows)
    print_line(_line([Cell(column.title, "bold") for column in columns], widths))
    for number, row in enumerate(rows):
        print_line(_line(row, widths))
        for cell in below[number] if below else ():
            print_line([Cell(" " * INDENT), cell])


def _line(row: Sequence[Cell], widths: Sequence[int]) -> list[Cell]:
    last = max((index for index, cell in enumerate(row) if cell.text), default=0)
    cells = [Cell(_padded(cell.text, width), cell.style) for cell, width in zip(row, widths, strict=True)]
    return [*cells[:last], row[last]]


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> list[int]:
    return [
        max([text_width(column.title), *(text_width(row[index].text) for row in rows)])
        for index, column in enumerate(columns)
    ]


def _within(cell: Cell, width: int) -> Cell:
    return Cell(shortened(cell.text, width), cell.style)


def _padded(text: str, width: int) -> str:
    return text + " " * (width - text_width(text) + GAP)


def text_width(text: str) -> int:
    """How many places the text takes on a terminal."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in text)
    return len(text) + wide - sum(unicodedata.combining(each) != 0 for each in text)
