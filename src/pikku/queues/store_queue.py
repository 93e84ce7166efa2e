"""The queue that needs nothing: the state is the queue, and the store's own hints say where to look."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Any, NoReturn

from pikku.model.change import Change, Outcome
from pikku.model.duration import Duration
from pikku.model.errors import QueueError
from pikku.ports.queue import Handler, Message
from pikku.ports.store import Hint, Store
from pikku.queues.transactional import joining


class StoreQueue:
    """Remote mode with nothing but a store. It sends no messages: whoever receives hears the hints of the store.

    Carries no plain jobs.
    """

    def __init__(self) -> None:
        self._store: Store | None = None

    def __repr__(self) -> str:
        return "StoreQueue()"

    async def open(self, store: Store) -> None:
        """Remember the store."""
        self._store = store

    async def close(self) -> None:
        """Forget the store, which stays open."""
        self._store = None

    async def apply(
        self, changes: Sequence[Change], messages: Sequence[Message | None], *, connection: Any = None
    ) -> Sequence[Outcome]:
        """Let the store make the changes; with a `connection`, in the transaction that it has begun.

        Raises `QueueError` for a connection if the store has no such transactions.
        """
        store = self._opened()
        if connection is None:
            return await store.apply(changes)
        return await joining(store).apply_within(connection, changes)

    def receive(self, queues: Collection[str]) -> AsyncIterator[Hint]:
        """The hints of the store, whatever the queues."""
        return self._opened().hints()

    async def add(self, queue: str, data: Any, *, delay: Duration = 0) -> None:
        """Raises `QueueError`: a plain job has no state, and would have no place here."""
        _carries_no_jobs(queue)

    async def consume(self, handlers: Mapping[str, Handler], concurrency: int) -> None:
        """Wait until cancelled. Raises `QueueError` if there are handlers."""
        for queue in handlers:
            _carries_no_jobs(queue)
        await asyncio.get_running_loop().create_future()

    def _opened(self) -> Store:
        if self._store is None:
            raise QueueError(
                "this StoreQueue is not open; use it inside `async with app.connect(…)` or after open(store)"
            )
        return self._store


def _carries_no_jobs(queue: str) -> NoReturn:
    raise QueueError(
        f"the queue {queue!r} is for plain jobs, which a StoreQueue does not carry; use a PgQueuerQueue or a "
        "BullMQQueue, or make the job a workflow"
    )
