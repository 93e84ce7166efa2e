"""Time and chance, as the runtime asks for them; tests bring their own."""

from collections.abc import Callable
from typing import Protocol


class Alarm(Protocol):
    def cancel(self) -> None:
        """Do not ring. Safe at any time."""


class Rounds(Protocol):
    def end(self) -> None:
        """Make no more calls. Blocks until one that is under way has returned; safe at any time, also twice."""


class TimeSource(Protocol):
    def now(self) -> int:
        """Milliseconds since 1970."""


class Clock(TimeSource, Protocol):
    """One process' clock. Its `now` is only compared with itself; what is stored has the store's time."""

    async def sleep(self, ms: int) -> None:
        """Return after so many milliseconds."""

    def stopwatch(self) -> Callable[[], int]:
        """Begin to measure: what is returned tells the whole milliseconds since then, each time it is called."""

    def call_later(self, ms: int, ring: Callable[[], None]) -> Alarm:
        """Call `ring` on the event loop after so many milliseconds."""

    def repeat(self, ms: float, work: Callable[[], object]) -> Rounds:
        """Call `work` again and again, so many milliseconds of real time apart, in a thread that no event loop can block."""


class Chance(Protocol):
    def fraction(self) -> float:
        """A number from 0 up to, not including, 1."""

    def token(self, size: int) -> bytes:
        """So many random bytes."""
