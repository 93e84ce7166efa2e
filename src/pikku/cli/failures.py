"""Errors of runs and steps, in short and at length."""

from pikku.cli.printable import printable, printable_lines
from pikku.model.failure import Failure
from pikku.model.run import Run, RunStatus


def failure_text(failure: Failure | None) -> str:
    """On one line: `PaymentDeclined: no money [E402]`."""
    if failure is None:
        return ""
    code = f" [{failure.code}]" if failure.code else ""
    return printable(f"{failure}{code}")


def error_text(run: Run) -> str:
    """On one line: the error of a failed run, the reason of a cancelled one."""
    if run.error is not None and run.status is RunStatus.CANCELLED:
        return printable(run.error.message)
    return failure_text(run.error)


def end_text(run: Run) -> str:
    """How a run ended without a result: `failed: ValueError: no`, `was cancelled: changed my mind`."""
    end = "was cancelled" if run.status is RunStatus.CANCELLED else "failed"
    return ": ".join(filter(None, (end, error_text(run))))


def causes(failure: Failure) -> list[Failure]:
    """What it was raised from, the nearest first."""
    found: list[Failure] = []
    cause = failure.cause
    while cause is not None:
        found.append(cause)
        cause = cause.cause
    return found


def stack_lines(failure: Failure) -> list[str]:
    return printable_lines(failure.stack) if failure.stack else []
