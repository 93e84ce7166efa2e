"""What a step raises to say whether, and when, it wants to be tried again."""

from pikku.model.duration import Duration, parse_duration


class NonRetryableError(Exception):
    """Raise it in a step to fail the step at once, whatever retries it has left."""


class RetryAfter(Exception):
    """Raise it in a step to be tried again after exactly this delay, if the step has retries left.

    >>> raise RetryAfter("30s", "the service asked for patience")
    Traceback (most recent call last):
    pikku.model.retrying.RetryAfter: the service asked for patience
    """

    def __init__(self, delay: Duration, message: str = "") -> None:
        self.delay_ms = parse_duration(delay)
        super().__init__(message or f"to be tried again after {delay}")
