"""The options of a step, checked when the body makes the call."""

import math
from typing import TypedDict

from pikku.model.duration import Duration, parse_duration
from pikku.model.errors import DurationError, StepNameError, StepOptionError
from pikku.model.names import name_problem
from pikku.model.policy import ONCE, StepPolicy


class StepOptions(TypedDict, total=False):
    """What may be said of a step. `retries` counts the attempts after the first."""

    retries: int
    retry_delay: Duration
    backoff: float
    max_retry_delay: Duration
    jitter: float
    timeout: Duration
    description: str


def policy_of(step: str, options: StepOptions) -> StepPolicy:
    """The policy that the options ask for. Raises `StepOptionError` for what makes no sense."""
    if not options or options.keys() == {"description"}:
        return ONCE
    unknown = options.keys() - StepOptions.__annotations__.keys()
    if unknown:
        raise StepOptionError(
            step, f"there is no option {min(unknown)!r}; there are {', '.join(StepOptions.__annotations__)}"
        )
    return StepPolicy(
        retries=_retries(step, options.get("retries", 0)),
        retry_delay_ms=_milliseconds(step, "retry_delay", options.get("retry_delay")) or 0,
        backoff=_number(step, "backoff", options.get("backoff", 1.0), 1.0, math.inf),
        max_retry_delay_ms=_milliseconds(step, "max_retry_delay", options.get("max_retry_delay")),
        jitter=_number(step, "jitter", options.get("jitter", 0.0), 0.0, 1.0),
        timeout_ms=_milliseconds(step, "timeout", options.get("timeout")),
    )


def checked_name(name: object) -> str:
    """The name of a step. Raises `StepNameError` unless it is a text that every store can hold."""
    problem = name_problem(name)
    if problem is not None:
        raise StepNameError(str(name)[:40], problem)
    return str(name)


def _retries(step: str, retries: object) -> int:
    if not isinstance(retries, int) or isinstance(retries, bool) or retries < 0:
        raise StepOptionError(step, f"retries is the number of further attempts, 0 or more, not {retries!r}")
    return retries


def _milliseconds(step: str, option: str, value: Duration | None) -> int | None:
    try:
        return None if value is None else parse_duration(value)
    except DurationError as error:
        raise StepOptionError(step, f"{option}: {error}") from None


def _number(step: str, option: str, value: object, least: float, most: float) -> float:
    if (
        not isinstance(value, (int, float))
        or isinstance(value, bool)
        or not least <= value <= most
        or value == math.inf
    ):
        span = f"at least {least}" if most == math.inf else f"from {least} to {most}"
        raise StepOptionError(step, f"{option} is a number {span}, not {value!r}")
    return float(value)
