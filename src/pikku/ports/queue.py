"""What the runtime asks of a queue. It carries ids of runs and steps to look at, and never what is to be done with them.

The state is the queue: work is what is due in the store, and a message only says "look now". Losing, doubling or reordering
messages does no harm, because what no message tells of is found by looking. Plain jobs are another matter: see `add`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from typing import Any, Protocol

from msgspec import Struct

from pikku.model.change import Change, Outcome
from pikku.model.duration import Duration
from pikku.model.ids import RunId
from pikku.model.payload import Json
from pikku.ports.store import Hint, Store


class Message(Struct, frozen=True):
    """In `queue`, somebody should look at a run, or with a `key` at a step of it."""

    queue: str
    run_id: RunId
    key: str | None = None


Handler = Callable[[Json], Awaitable[None]]
"""Executes one plain job, given its data. When it raises, the queue tries the job again as it is set up to."""


class QueueService(Protocol):
    """A queue for any number of processes."""

    async def open(self, store: Store) -> None:
        """Make the queue usable, for messages about this store, which is open."""

    async def close(self) -> None:
        """Let go of everything but the store. Safe at any time, also twice."""

    async def apply(
        self, changes: Sequence[Change], messages: Sequence[Message | None], *, connection: Any = None
    ) -> Sequence[Outcome]:
        """Let the store make the changes, and send the message of each that was made: in one transaction, where both can.

        With a `connection`, in the transaction that it has begun.
        """

    def receive(self, queues: Collection[str]) -> AsyncIterator[Hint]:
        """Which runs to look at for messages of these queues, as they come, for as long as it is iterated."""

    async def add(self, queue: str, data: Any, *, delay: Duration = 0) -> None:
        """Add a plain job, to be executed once `delay` has passed by a worker that was wired to the queue.

        Raises `QueueError` if this queue carries no jobs, and `PayloadError` for data that JSON cannot hold.
        """

    async def consume(self, handlers: Mapping[str, Handler], concurrency: int) -> None:
        """Execute the plain jobs of these queues, by the handler of each, until cancelled; jobs under way are let end."""
