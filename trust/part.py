"""What one part of the proof has come to."""

from collections.abc import Mapping, Sequence

from msgspec import Struct


class Part(Struct, frozen=True):
    """`count` of `what` were tried, and `failures` are those that ended as they must not, each in a line or more.

    `texts` belong into the document, each at the place of its name.
    """

    what: str
    count: int
    failures: Sequence[str] = ()
    texts: Mapping[str, str] = {}

    @property
    def holds(self) -> bool:
        """Whether something was tried, and nothing has failed."""
        return self.count > 0 and not self.failures
