"""What a database itself says, past the library under test."""

from collections import Counter
from typing import Any, NamedTuple, Protocol


class Facts(NamedTuple):
    """All that there is, at one moment in which nobody works."""

    runs: Counter[str]
    """How many of each status."""
    steps: Counter[str]
    owned: list[str]
    """Runs and steps that somebody holds."""
    due: list[str]
    """Runs and steps that somebody has to look at, now or later."""
    outcomes: list[tuple[Any, Any]]
    """Input and output of each run."""
    ends: dict[tuple[str, str], int]
    """When each succeeded step did so, by run and key."""
    lost: int
    """How many attempts ended with their worker."""


class Holding(NamedTuple):
    """Who holds something, and until when."""

    owner: str
    until_ms: int


class Witness(Protocol):
    """Tells what is in one store."""

    async def facts(self) -> Facts: ...

    async def holder_of_step(self, run_id: str) -> Holding | None:
        """Who executes a step of this run, if it is shown that somebody does."""
        ...

    async def holder_of_run(self, run_id: str) -> Holding | None:
        """Who holds this run, once it is shown that a step of it is executed."""
        ...
