"""The store is its own queue."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Any

from pikku.model.change import Change, Outcome
from pikku.model.duration import Duration
from pikku.model.errors import QueueError
from pikku.ports.queue import Handler, Message
from pikku.ports.store import Hint, Store, TransactionalStore


class StoreQueue:
    """Sends nothing: the store's own hints say what to look at. The default of remote mode, on every store.

    It carries no plain jobs.
    """

    def __init__(self) -> None:
        self._store: Store | None = None

    def __repr__(self) -> str:
        return "StoreQueue()"

    async def open(self, store: Store) -> None:
        self._store = store

    async def close(self) -> None:
        return

    async def apply(
        self, changes: Sequence[Change], messages: Sequence[Message | None], *, connection: Any = None
    ) -> Sequence[Outcome]:
        store = self._opened()
        if connection is None:
            return await store.apply(changes)
        if not isinstance(store, TransactionalStore):
            raise QueueError(f"{store} has no transactions to join; connection=… is for PostgreSQL")
        return await store.apply_within(connection, changes)

    def receive(self, queues: Collection[str]) -> AsyncIterator[Hint]:
        return self._opened().hints()

    async def add(self, queue: str, data: Any, *, delay: Duration = 0) -> None:
        raise QueueError(f"the store carries no plain jobs, so that none can be added to {queue!r}; use PgQueuerQueue")

    async def consume(self, handlers: Mapping[str, Handler], concurrency: int) -> None:
        if handlers:
            raise QueueError(f"the store carries no plain jobs, of {', '.join(handlers)}; use PgQueuerQueue")
        await asyncio.get_running_loop().create_future()

    def _opened(self) -> Store:
        if self._store is None:
            raise QueueError("the queue is not open; use it inside `async with app.connect(…)`")
        return self._store
