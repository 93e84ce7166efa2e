"""Which parked bodies stay in memory."""

from collections.abc import Iterator

from pikku.model.ids import RunId
from pikku.runtime.body import Body


class Residency:
    """A body that waits longer than `longest_wait_ms` goes at once; of more than `most`, the one parked the longest."""

    def __init__(self, longest_wait_ms: int, most: int) -> None:
        self._longest_wait_ms = longest_wait_ms
        self._most = most
        self._parked: dict[RunId, Body] = {}

    def parked(self, body: Body) -> Iterator[Body]:
        """The body waits now; yields those that have to go."""
        run_id = body.run.run_id
        self._parked.pop(run_id, None)
        if body.wakes_in > self._longest_wait_ms:
            yield body
            return
        self._parked[run_id] = body
        while len(self._parked) > self._most:
            yield self._parked.pop(next(iter(self._parked)))

    def forget(self, run_id: RunId) -> None:
        self._parked.pop(run_id, None)
