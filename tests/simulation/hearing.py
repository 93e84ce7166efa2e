"""Who hears what: the hints of the store, and the messages of a queue, on their ways to the processes."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence

from tests.simulation.line import Far
from tests.simulation.weather import MS, SECOND, Weather
from tests.simulation.world import World

from pikku.model.ids import RunId
from pikku.ports.queue import Message
from pikku.ports.store import Hint


class Ear:
    """Hears hints in one process; with `queues`, messages of these instead."""

    def __init__(self, process: Far, queues: Collection[str] | None) -> None:
        self.process = process
        self.queues = queues
        self._ids: dict[RunId, None] = {}
        self._arrived = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def hear(self, run_ids: Sequence[RunId]) -> None:
        if not self.process.is_dead:
            self._loop.call_soon_threadsafe(self._take, run_ids)

    async def next(self) -> Hint:
        await self._arrived.wait()
        self._arrived.clear()
        hint, self._ids = frozenset(self._ids), {}
        return hint

    def _take(self, run_ids: Sequence[RunId]) -> None:
        self._ids |= dict.fromkeys(run_ids)
        self._arrived.set()


class Town:
    """All ears of a world, and what becomes of hints and messages in this weather."""

    def __init__(self, world: World, weather: Callable[[], Weather]) -> None:
        self._world = world
        self._weather = weather
        self._ears: list[Ear] = []

    async def listen(self, ear: Ear) -> AsyncIterator[Hint]:
        self._ears.append(ear)
        try:
            while True:
                yield await ear.next()
        finally:
            self._ears.remove(ear)

    def tell_all(self, run_ids: Sequence[RunId]) -> None:
        """A hint of the store: everybody hears it."""
        if run_ids:
            for ear in [ear for ear in self._ears if ear.queues is None]:
                self._send(ear, run_ids, "hint")

    def carry(self, message: Message) -> None:
        """A message of a queue: somebody takes it, for whom it may be of no use."""
        takers = [ear for ear in self._ears if ear.queues is not None and message.queue in ear.queues]
        if takers:
            self._send(self._world.random.choice(takers), [message.run_id], "message")

    def _send(self, ear: Ear, run_ids: Sequence[RunId], what: str) -> None:
        world, weather = self._world, self._weather()
        if world.happens(weather.lost):
            world.counts[f"a {what} is lost"] += 1
            return
        self._bring(ear, run_ids, what)
        if world.happens(weather.doubled):
            world.counts[f"a {what} comes twice"] += 1
            self._bring(ear, run_ids, what)

    def _bring(self, ear: Ear, run_ids: Sequence[RunId], what: str) -> None:
        world = self._world
        delay = world.random.randrange(100, 2 * MS)
        if world.happens(self._weather().delayed):
            world.counts[f"a {what} is late"] += 1
            delay = world.random.randrange(3 * SECOND)
        world.after(delay, lambda: ear.hear(run_ids))
