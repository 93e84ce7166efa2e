"""Where a command writes: with colours on a terminal, as plain text anywhere else."""

import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TextIO

if TYPE_CHECKING:
    from rich.console import Console

    from pikku.model.run import RunStatus
    from pikku.model.step import StepStatus

STYLES = {
    "running": "cyan",
    "completed": "green",
    "succeeded": "green",
    "failed": "red",
    "cancelled": "yellow",
    "scheduled": "yellow",
    "pending": "dim",
}

_IN_ASCII = str.maketrans({"├": "|", "└": "`", "│": "|", "─": "-", "→": "->", "…": "..."})


class Cell(NamedTuple):
    """A text, already printable, and its style on a terminal."""

    text: str
    style: str = ""


def has_colours(stream: TextIO) -> bool:
    """Whether it is a terminal whose user wants escape codes."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def console_on(stream: TextIO) -> "Console":
    from rich.console import Console

    return Console(file=stream, highlight=False, markup=False, emoji=False)


def printer(stream: TextIO) -> Callable[[Sequence[Cell]], None]:
    """What writes texts one after the other, and ends the line."""
    if not has_colours(stream):
        return partial(_print_plain, stream)
    from rich.text import Text

    console = console_on(stream)
    return lambda cells: console.print(Text.assemble(*cells), soft_wrap=True)


def _print_plain(stream: TextIO, cells: Sequence[Cell]) -> None:
    write_text(stream, "".join(cell.text for cell in cells) + "\n")


def write_text(stream: TextIO, text: str) -> None:
    """Write the text as it is, or in ASCII where nothing else is understood."""
    if not speaks_unicode(stream):
        text = text.translate(_IN_ASCII).encode("ascii", "backslashreplace").decode("ascii")
    stream.write(text)


def speaks_unicode(stream: TextIO) -> bool:
    return (stream.encoding or "utf-8").lower().replace("-", "").startswith("utf")


def tell(text: str) -> None:
    """One line about what is going on, on the standard error."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def status_cell(status: "RunStatus | StepStatus") -> Cell:
    return Cell(status.value, STYLES.get(status.value, ""))
