"""Which parked bodies stay in memory."""

from collections.abc import Iterator

from pikku.model.ids import RunId
from pikku.ports.clock import Clock
from pikku.runtime.body import Body


class Residency:
    """A body that will wait longer than `longest_wait_ms` goes at once, one that has waited so long for a worker when others
    come; of more than `most`, the one parked the longest.
    """

    def __init__(self, clock: Clock, longest_wait_ms: int, most: int) -> None:
        self._clock = clock
        self._longest_wait_ms = longest_wait_ms
        self._most = most
        self._parked: dict[RunId, tuple[Body, int]] = {}

    def parked(self, body: Body) -> Iterator[Body]:
        """The body waits now; yields those that have to go."""
        self._parked.pop(body.run.run_id, None)
        if (body.wakes_in or 0) > self._longest_wait_ms:
            yield body
            return
        self._parked[body.run.run_id] = (body, self._clock.now())
        while self._parked and (len(self._parked) > self._most or self._oldest_is_late()):
            body, _ = self._parked.pop(next(iter(self._parked)))
            yield body

    def forget(self, run_id: RunId) -> None:
        self._parked.pop(run_id, None)

    def _oldest_is_late(self) -> bool:
        body, since = next(iter(self._parked.values()))
        return body.wakes_in is None and self._clock.now() - since >= self._longest_wait_ms
