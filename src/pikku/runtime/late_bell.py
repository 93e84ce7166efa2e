"""Rings for what takes long: one alarm for all that a process does at once, because nearly all of it is over long before."""

from itertools import takewhile
from typing import Protocol

from pikku.ports.clock import Alarm, Clock


class Ringing(Protocol):
    """What may take long."""

    def ring(self) -> None:
        """It has taken long, and is not over."""


class LateBell:
    """Rings what was begun `ms` milliseconds ago, if it is not over by then."""

    def __init__(self, clock: Clock, ms: int) -> None:
        self.ms = ms
        self._clock = clock
        self._begun: dict[Ringing, int] = {}  # in the order of their beginnings
        self._alarm: Alarm | None = None

    def begin(self, what: Ringing) -> None:
        self._begun[what] = self._clock.now()
        if self._alarm is None:
            self._alarm = self._clock.call_later(self.ms, self._look)

    def over(self, what: Ringing) -> None:
        """It does not ring any more. Safe when it has, and twice."""
        self._begun.pop(what, None)

    def _look(self) -> None:
        long_ago = self._clock.now() - self.ms
        late = [what for what, _ in takewhile(lambda begun: begun[1] <= long_ago, self._begun.items())]
        for what in late:
            del self._begun[what]
        self._alarm = None
        if (first := next(iter(self._begun.values()), None)) is not None:
            # A clock that was set back must not keep the others waiting for longer than it was set back.
            self._alarm = self._clock.call_later(min(first - long_ago, self.ms), self._look)
        for what in late:
            what.ring()
