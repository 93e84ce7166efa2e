"""What becomes of an error: one line that says what to do, and an exit code."""

import os
import select
import signal
import sys
from pathlib import Path

import click

from pikku.cli.printable import printable
from pikku.model.errors import PikkuError

RUN_FAILED = 1
BAD_INPUT = 2
STDOUT = 1


class Interrupted(BaseException):
    """A signal has ended the command; `advice` says what becomes of what it did."""

    def __init__(self, number: int, advice: str = "") -> None:
        self.number, self.advice = number, advice
        super().__init__(number)


def shows_tracebacks() -> bool:
    return os.environ.get("PIKKU_DEBUG", "") not in ("", "0")


def refused(error: BaseException) -> int:
    """Say what is wrong in one line on the standard error, and give the exit code."""
    if (isinstance(error, BrokenPipeError) and _nobody_reads()) or _rich_has_given_up(error):
        return 128 + signal.SIGPIPE
    if isinstance(error, (KeyboardInterrupt, click.Abort)):
        error = Interrupted(signal.SIGINT)
    line, code = _line(error)
    sys.stderr.write(f"pikku: {printable(line)}\n")
    return code


def _line(error: BaseException) -> tuple[str, int]:
    match error:
        case Interrupted(number=number, advice=advice):
            return f"interrupted{advice and '; '}{advice}", 128 + number
        case click.UsageError():
            command = error.ctx.command_path if error.ctx else "pikku"
            return f"{_uncapitalised(error.format_message())} (see `{command} --help`)", BAD_INPUT
        case click.ClickException():
            return _uncapitalised(error.format_message()), BAD_INPUT
        case PikkuError():
            return str(error), BAD_INPUT
        case SystemExit():
            return f"the application ended this process with exit code {error.code}", BAD_INPUT
        case _:
            return f"{type(error).__name__}: {error}{_place(error)}", BAD_INPUT


def _uncapitalised(message: str) -> str:
    message = message.rstrip(".")
    return message[:1].lower() + message[1:]


def _place(error: BaseException) -> str:
    """Where in the user's own code it comes from, as far as can be told."""
    import sysconfig  # not at the start of every command
    import traceback

    libraries = [sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")]
    others = tuple(f"{folder}{os.sep}" for folder in (*libraries, Path(__file__).parents[1]))
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if not frame.filename.startswith(("<", *others)):
            return f", at {frame.filename}:{frame.lineno} (PIKKU_DEBUG=1 shows how it came there)"
    return " (PIKKU_DEBUG=1 shows where)"


def _rich_has_given_up(error: BaseException) -> bool:
    """Of a standard output that nobody reads, rich makes a `SystemExit`, and lets go of it."""
    return isinstance(error, SystemExit) and isinstance(error.__context__, BrokenPipeError)


def _nobody_reads() -> bool:
    """Whether it is the standard output that is broken; it is let go of then, or Python would complain at its end."""
    poll = select.poll()
    poll.register(STDOUT, 0)
    if not any(events & (select.POLLERR | select.POLLHUP) for _, events in poll.poll(0)):
        return False
    os.dup2(os.open(os.devnull, os.O_WRONLY), STDOUT)
    return True
