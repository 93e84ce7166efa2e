"""What `pikku` logs, on the standard error: warnings, and with -v what goes on."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

from pikku.cli.printable import printable, printable_lines

C = TypeVar("C", bound=Callable[..., Any])

logger = logging.getLogger("pikku")


class StderrHandler(logging.Handler):
    """Writes to whatever the standard error is at the moment, unless the application has set up logging itself."""

    def emit(self, record: logging.LogRecord) -> None:
        if logging.root.handlers:
            return
        try:
            sys.stderr.write(self.format(record) + "\n")
            sys.stderr.flush()
        except Exception:  # noqa: BLE001  as logging does: a log must not end what it tells of
            self.handleError(record)

    def format(self, record: logging.LogRecord) -> str:
        first = f"{record.levelname.lower()} {record.name}: {printable(record.getMessage())}"
        stack = logging.Formatter().formatException(record.exc_info) if record.exc_info else record.exc_text
        if not stack:
            return first
        return "\n".join([first, *printable_lines(stack)])


@contextmanager
def logged_to_stderr() -> Iterator[None]:
    """For as long as this lasts."""
    handler, level = StderrHandler(), logger.level
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


def verbose_option(command: C) -> C:
    """-v, of the group and of each command."""
    return click.option(
        "-v", "--verbose", is_flag=True, expose_value=False, callback=_be_verbose, help="Log what goes on."
    )(command)


def _be_verbose(context: click.Context, parameter: click.Parameter, wanted: bool) -> None:
    if wanted:
        logger.setLevel(logging.INFO)
