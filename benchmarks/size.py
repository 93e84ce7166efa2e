"""How much is done: all of it, or a small part of it to try the benchmark itself."""

from typing import NamedTuple


class Size(NamedTuple):
    """Counts and seconds, by a factor."""

    scale: float = 1.0

    def of(self, count: int) -> int:
        return min(count, max(2, round(count * self.scale)))

    @property
    def seconds(self) -> float:
        """How long the plainest writes are repeated."""
        return max(0.02, self.scale)
