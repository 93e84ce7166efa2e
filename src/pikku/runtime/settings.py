"""The sizes and times of one process' runtime."""

import os

from msgspec import Struct

from pikku.model.retention import Retention
from pikku.registry.codecs import VALUE_LIMIT


class Settings(Struct, frozen=True, kw_only=True):
    """Times in milliseconds, sizes in bytes.

    A lease that is not renewed runs out after `lease_ms`: so long does it take until another process recovers a run of a
    dead one. A body whose next wake-up is further away than `longest_wait_ms`, or the longest parked one of more than
    `resident_bodies`, is dropped and replayed when it is needed. An attempt is recorded as running once it has run for
    `show_running_after_ms`. What no hint tells is found after `poll_ms`. At most `cpu_processes` processes execute the
    functions with `cpu=True`. A step that blocks the event loop for `blocked_after_ms` is warned of; 0 is never. With
    `hand_off`, a remote step is executed where its body is, if there is room. Ended runs of workflows that have no `retention`
    of their own are kept as this one says, `None`: for ever; about every `prune_ms` a process that works looks for those that
    may go.
    """

    lease_ms: int = 30_000
    value_limit: int = VALUE_LIMIT
    resident_bodies: int = 10_000
    longest_wait_ms: int = 60_000
    show_running_after_ms: int = 500
    poll_ms: int = 1_000
    threads: int = 32
    cpu_processes: int = os.cpu_count() or 1
    blocked_after_ms: int = 1_000
    hand_off: bool = True
    retention: Retention | None = None
    prune_ms: int = 60_000
