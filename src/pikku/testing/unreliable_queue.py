"""A queue that loses, doubles and reorders messages, as any queue may."""

from collections.abc import AsyncGenerator, AsyncIterator, Collection, Mapping, Sequence
from contextlib import aclosing
from random import Random
from typing import Any, cast

from pikku.model.change import Change, Outcome
from pikku.model.duration import Duration
from pikku.ports.queue import Handler, Message, QueueService
from pikku.ports.store import Hint, Store


class UnreliableQueue:
    """Passes everything on to `queue`, but whatever can happen to a message happens with this `chance` (0 to 1).

    On the way in, a message is lost, sent a second time in the place of another, or changes places with another. On the way
    out, a hint is lost, comes twice, or comes after a later one. The same `seed` makes the same mischief for the same calls.
    Changes and plain jobs are left alone: those must not suffer.
    """

    def __init__(self, queue: QueueService, chance: float, *, seed: int = 0) -> None:
        self.queue = queue
        self._chance = chance
        self._random = Random(seed)  # noqa: S311  mischief, no secrets

    async def open(self, store: Store) -> None:
        await self.queue.open(store)

    async def close(self) -> None:
        await self.queue.close()

    async def apply(
        self, changes: Sequence[Change], messages: Sequence[Message | None], *, connection: Any = None
    ) -> Sequence[Outcome]:
        return await self.queue.apply(changes, self._disturbed(messages), connection=connection)

    async def receive(self, queues: Collection[str]) -> AsyncIterator[Hint]:
        late: Hint | None = None
        async with aclosing(cast("AsyncGenerator[Hint, None]", self.queue.receive(queues))) as hints:
            async for hint in hints:
                if self._happens():
                    continue
                if late is None and self._happens():
                    late = hint
                    continue
                yield hint
                if self._happens():
                    yield hint
                if late is not None:
                    yield late
                    late = None

    async def add(self, queue: str, data: Any, *, delay: Duration = 0) -> None:
        await self.queue.add(queue, data, delay=delay)

    async def consume(self, handlers: Mapping[str, Handler], concurrency: int) -> None:
        await self.queue.consume(handlers, concurrency)

    def _disturbed(self, messages: Sequence[Message | None]) -> list[Message | None]:
        sent = list(messages)
        for place in range(len(sent)):
            other = self._random.randrange(len(sent))
            if self._happens():
                sent[place] = None
            if self._happens():
                sent[other] = sent[place]
            if self._happens():
                sent[place], sent[other] = sent[other], sent[place]
        return sent

    def _happens(self) -> bool:
        return self._random.random() < self._chance
