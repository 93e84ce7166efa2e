"""What time it is by the store's clock, as far as its last answer tells."""

from pikku.ports.clock import Clock


class StoreTime:
    """The store's time at its last answer, and on from there by our own clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead = 0

    def now(self) -> int:
        return self._clock.now() + self._ahead

    def observe(self, at: int) -> None:
        """The store has just said that it is `at`."""
        self._ahead = at - self._clock.now()
