"""What one part of the proof has come to."""

from collections.abc import Sequence

from msgspec import Struct


class Part(Struct, frozen=True):
    """`count` of `what` were tried, and `failures` are those that ended as they must not, each in a line or more."""

    what: str
    count: int
    failures: Sequence[str] = ()

    @property
    def holds(self) -> bool:
        """Whether something was tried, and nothing has failed."""
        return self.count > 0 and not self.failures
