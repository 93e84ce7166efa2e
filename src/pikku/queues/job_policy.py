"""What happens to plain jobs that fail, or whose worker dies."""

from datetime import timedelta

from msgspec import Struct

from pikku.model.duration import Duration, parse_duration


class JobPolicy(Struct, frozen=True):
    """A failing job is tried again `retries` times, after a delay that doubles. After `lease` without a sign of life, a job's
    worker is taken for dead."""

    retries: int
    retry_delay: timedelta
    lease: timedelta


def job_policy(retries: int, retry_delay: Duration, lease: Duration) -> JobPolicy:
    """The policy, from what users write. Raises `DurationError`."""
    return JobPolicy(retries, span(retry_delay), span(lease))


def span(duration: Duration) -> timedelta:
    """A duration as the libraries of queues take it."""
    return timedelta(milliseconds=parse_duration(duration))
