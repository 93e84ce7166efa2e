"""The queue that does to messages what may happen to them, and nothing to anything else."""

from collections import Counter
from collections.abc import AsyncIterator, Collection, Sequence
from typing import Any

from pikku.model.change import Applied, Change, Outcome
from pikku.ports.queue import Message
from pikku.ports.store import Hint
from pikku.queues.store_queue import StoreQueue
from pikku.testing.contracts.scene import created, run_id
from pikku.testing.unreliable_queue import UnreliableQueue

RUNS = [run_id(number) for number in range(1, 201)]
CHANGES = [created(run) for run in RUNS]
MESSAGES = [Message("orchestrators", run) for run in RUNS]
HINTS = [frozenset([run]) for run in RUNS]


class Recorder(StoreQueue):
    """Remembers what it was to send, and has much to tell."""

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[Change] = []
        self.messages: list[Message | None] = []

    async def apply(
        self, changes: Sequence[Change], messages: Sequence[Message | None], *, connection: Any = None
    ) -> Sequence[Outcome]:
        self.changes.extend(changes)
        self.messages.extend(messages)
        return [Applied(0) for _ in changes]

    async def receive(self, queues: Collection[str]) -> AsyncIterator[Hint]:
        for hint in HINTS:
            yield hint


async def sent(chance: float, seed: int = 0) -> list[Message | None]:
    recorder = Recorder()
    await UnreliableQueue(recorder, chance, seed=seed).apply(CHANGES, MESSAGES)
    assert recorder.changes == CHANGES
    return recorder.messages


async def received(chance: float, seed: int = 0) -> list[Hint]:
    return [hint async for hint in UnreliableQueue(Recorder(), chance, seed=seed).receive(["orchestrators"])]


def in_order(runs: list[Any]) -> bool:
    return runs == sorted(runs, key=str)


class TestUnreliableQueue:
    async def test_without_a_chance_nothing_happens(self) -> None:
        assert await sent(0) == MESSAGES
        assert await received(0) == HINTS

    async def test_messages_are_lost_doubled_and_reordered(self) -> None:
        messages = [message for message in await sent(0.2) if message is not None]
        assert None in await sent(0.2)
        assert Counter(messages).most_common(1)[0][1] > 1
        assert not in_order([message.run_id for message in messages])

    async def test_hints_are_lost_doubled_and_reordered(self) -> None:
        hints = await received(0.2)
        assert set(hints) < set(HINTS)
        assert Counter(hints).most_common(1)[0][1] > 1
        assert not in_order([next(iter(hint)) for hint in hints])

    async def test_the_same_seed_makes_the_same_mischief(self) -> None:
        assert await sent(0.2, seed=7) == await sent(0.2, seed=7) != await sent(0.2, seed=8)
        assert await received(0.2, seed=7) == await received(0.2, seed=7) != await received(0.2, seed=8)
