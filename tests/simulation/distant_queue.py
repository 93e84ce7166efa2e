"""The queue port of one simulated process: messages in the same transaction as the changes that they tell of."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Any

from tests.simulation.distant_store import DistantStore
from tests.simulation.hearing import Ear, Town
from tests.simulation.line import Far

from pikku.model.change import Applied, Change, Outcome
from pikku.model.duration import Duration
from pikku.model.errors import QueueError
from pikku.ports.queue import Handler, Message
from pikku.ports.store import Hint, Store


class DistantQueue:
    """Carries messages, and no plain jobs."""

    def __init__(self, process: Far, store: DistantStore, town: Town) -> None:
        self._process = process
        self._store = store
        self._town = town

    async def open(self, store: Store) -> None:
        return

    async def close(self) -> None:
        return

    async def apply(
        self, changes: Sequence[Change], messages: Sequence[Message | None], *, connection: Any = None
    ) -> Sequence[Outcome]:
        def send(outcomes: Sequence[Outcome]) -> None:
            for message, outcome in zip(messages, outcomes, strict=True):
                if message is not None and isinstance(outcome, Applied):
                    self._town.carry(message)

        return await self._store.apply_and("apply", changes, send)

    def receive(self, queues: Collection[str]) -> AsyncIterator[Hint]:
        return self._town.listen(Ear(self._process, tuple(queues)))

    async def add(self, queue: str, data: Any, *, delay: Duration = 0) -> None:
        raise QueueError("no plain jobs are simulated")

    async def consume(self, handlers: Mapping[str, Handler], concurrency: int) -> None:
        raise QueueError("no plain jobs are simulated")
