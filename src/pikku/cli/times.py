"""Times and distances of time, as people read them."""

import time

from pikku.model.duration import format_duration
from pikku.model.run import Run, moment
from pikku.model.step import Attempt


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def clock_time(unix_ms: int) -> str:
    """In the time zone of this machine."""
    return moment(unix_ms).astimezone().strftime("%Y-%m-%d %H:%M:%S %Z")


def age(run: Run) -> str:
    """In whole seconds: it is over by the time it is read."""
    seconds = max(0, now_ms() - run.created_ms) // 1_000
    return format_duration(seconds * 1_000) if seconds else "0s"


def distance(ms: int) -> str:
    return format_duration(max(0, ms))


def run_took(run: Run) -> str:
    return distance(run.completed_ms - run.created_ms) if run.completed_ms is not None else ""


def attempt_took(attempt: Attempt) -> str:
    return distance(attempt.completed_ms - attempt.created_ms) if attempt.completed_ms is not None else ""
