"""When a failed attempt is followed by another, and how soon."""

from pikku.model.duration import LONGEST_MS
from pikku.model.policy import StepPolicy


def has_retries_left(policy: StepPolicy, attempt_count: int) -> bool:
    """Whether the attempt of that number, having failed, is followed by another."""
    return attempt_count <= policy.retries


def retry_delay(policy: StepPolicy, attempt_count: int, fraction: float) -> int:
    """Milliseconds from the failure of an attempt to the next one; `fraction` in [0, 1) is the chance behind the jitter."""
    try:
        delay = policy.retry_delay_ms * policy.backoff ** (attempt_count - 1)
    except OverflowError:
        delay = LONGEST_MS
    if policy.max_retry_delay_ms is not None:
        delay = min(delay, policy.max_retry_delay_ms)
    delay *= 1 + policy.jitter * (2 * fraction - 1)
    return round(min(max(delay, 0), LONGEST_MS))
