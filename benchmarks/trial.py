"""One thing to be measured, in a process of its own."""

from typing import Any, NamedTuple

from benchmarks.figure import Row

MAIN, BULLMQ, DBOS = "", "bullmq", "dbos"
"""The environments, by what they have and others cannot have beside it."""


class Trial(NamedTuple):
    """A coroutine function, `module:name`, that is given the address of an empty store and its options, and gives figures."""

    name: str
    call: str
    rows: tuple[Row, ...]
    store: str = ""
    """Where: `memory`, `file`, `sqlite`, `postgres`, `redis`, or nowhere."""
    options: dict[str, Any] = {}  # noqa: RUF012  a NamedTuple's default is nobody's to change
    environment: str = MAIN
    once: bool = False
    """Measured in the first round alone, because it takes long."""
    quick: dict[str, Any] | None = None
    """The options that differ when the main rows alone are measured; `None` for a trial that is not among them."""


class Group(NamedTuple):
    """Trials that are measured in turn, round by round, so that what the machine does besides meets all of them."""

    name: str
    title: str
    trials: tuple[Trial, ...]
