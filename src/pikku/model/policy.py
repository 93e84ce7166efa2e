"""How often, how soon and how long a step may try."""

from msgspec import Struct


class StepPolicy(Struct, frozen=True, gc=False, omit_defaults=True):
    """The options of one step, all times in milliseconds.

    `retries` counts the attempts after the first. The n-th retry waits `retry_delay_ms * backoff ** (n - 1)`, at most
    `max_retry_delay_ms`, spread by `jitter`: with 0.2, a fifth up or down.
    """

    retries: int = 0
    retry_delay_ms: int = 0
    backoff: float = 1.0
    max_retry_delay_ms: int | None = None
    jitter: float = 0.0
    timeout_ms: int | None = None


ONCE = StepPolicy()
