"""The sizes and times of one process' runtime."""

from msgspec import Struct

from pikku.registry.codecs import VALUE_LIMIT


class Settings(Struct, frozen=True, kw_only=True):
    """Times in milliseconds, sizes in bytes.

    A lease that is not renewed runs out after `lease_ms`: so long does it take until another process recovers a run of a
    dead one. A body whose next wake-up is further away than `longest_wait_ms`, or the longest parked one of more than
    `resident_bodies`, is dropped and replayed when it is needed. An attempt is recorded as running once it has run for
    `show_running_after_ms`. What no hint tells is found after `poll_ms`.
    """

    lease_ms: int = 30_000
    value_limit: int = VALUE_LIMIT
    resident_bodies: int = 10_000
    longest_wait_ms: int = 60_000
    show_running_after_ms: int = 500
    poll_ms: int = 1_000
    threads: int = 32
