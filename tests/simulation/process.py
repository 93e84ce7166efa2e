"""One process of a simulated world: it lives, is stopped, goes on, and dies."""

import asyncio
from collections.abc import Callable, Coroutine
from random import Random
from typing import Any

from tests.simulation.application import application
from tests.simulation.clock import ProcessClock, ProcessTime, SeededChance
from tests.simulation.distant_queue import DistantQueue
from tests.simulation.distant_store import DistantStore
from tests.simulation.errand import Done, Errand
from tests.simulation.hearing import Town
from tests.simulation.line import Line
from tests.simulation.loop import ProcessLoop
from tests.simulation.weather import MS, Weather
from tests.simulation.witness import Execution, Witness
from tests.simulation.world import World

from pikku import Client, WorkflowService
from pikku.ports.clock import Rounds
from pikku.queues.store_queue import StoreQueue
from pikku.runtime.work import Work


class Settings:
    """How all processes of a world are set up. `queue` is `"none"`, `"store"` or `"messages"`."""

    def __init__(self, random: Random, lease_ms: int) -> None:
        self.lease_ms = lease_ms
        self.queue = random.choice(["none", "store", "store", "messages"])
        self.longest_wait_ms = random.choice([0, 50, 700, 60_000])
        self.resident_bodies = random.choice([1, 2, 10_000])
        self.skews = random.random() < 0.5


class ThreadOfRounds:
    """Rounds that a simulated thread makes. One that is under way when they end, ends with the process."""

    def __init__(self) -> None:
        self.is_over = False

    def end(self) -> None:
        self.is_over = True


class Process:
    """A client of the application, on a loop, a clock and a line of its own."""

    def __init__(
        self,
        name: str,
        world: World,
        witness: Witness,
        town: Town,
        weather: Callable[[], Weather],
        settings: Settings,
        strike: Callable[["Process"], None],
        work: Work | None,
    ) -> None:
        self.name = name
        self._strike = strike
        self.is_roomy = work == Work()
        self.works_fully = work is not None and work.orchestrate and work.steps
        self.client: Client[Any] | None = None
        self.is_dead = self.is_leaving = False
        self.frozen_until = 0
        self._world = world
        self._witness = witness
        self._settings = settings
        self._blocked_until = self._poked_at = 0
        self._errands: list[Errand] = []
        random = Random(world.random.random())
        skew, drift = (random.randint(-90_000_000, 90_000_000), random.choice([-1e-4, 0, 1e-4]))
        self._time = ProcessTime(world, skew, drift) if settings.skews else ProcessTime(world, 0, 0)
        self.loop = ProcessLoop(self._time.seconds, self._poke, self._beside)
        self.loop.set_exception_handler(self._unhandled)
        self.line = Line(world, self, weather)
        store = DistantStore(self, self.line, witness, town)
        queues = {"none": None, "store": StoreQueue(), "messages": DistantQueue(self, store, town)}
        self._service = WorkflowService(
            store,
            queues[settings.queue],
            lease=settings.lease_ms,
            longest_wait=settings.longest_wait_ms,
            resident_bodies=settings.resident_bodies,
            blocked_after=0,
            cpu_processes=1,
        )
        self._chance = SeededChance(random)
        self._leave: asyncio.Future[None] = self.loop.create_future()
        self.begin(lambda: self._live(work))

    @property
    def is_alive(self) -> bool:
        """Whether somebody can use it now."""
        return not self.is_dead and not self.is_leaving and not self.is_frozen and self.client is not None

    @property
    def is_frozen(self) -> bool:
        return self._world.now_us < self.frozen_until

    def begins(self, execution: Execution) -> None:
        """For the application: a step's code begins here."""
        self._witness.begins(self.name, execution)

    def begin(self, work: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        """Let a task of this process begin."""
        self.loop.call_soon_threadsafe(lambda: self.loop.create_task(work()))

    def freeze(self, us: int, *, sleeps: bool = False) -> None:
        """Nothing of it runs for so long; if its machine `sleeps`, its clock stands still too."""
        self.frozen_until = self._world.now_us + us
        if sleeps:
            self._time.sleep()
        self._world.at(self.frozen_until, self._thaw)

    def thaw(self) -> None:
        self.frozen_until = self._blocked_until = 0
        self._thaw()

    def strike(self) -> None:
        """Something bad happens to it now."""
        if not self.is_dead:
            self._strike(self)

    def unless_frozen(self, happen: Callable[[], None]) -> None:
        """Now, or once it goes on, or never if it is dead."""
        if self.is_frozen:
            self._world.at(self.frozen_until, lambda: self.unless_frozen(happen))
        elif not self.is_dead:
            happen()

    def rounds(self, ms: float, work: Callable[[], object]) -> Rounds:
        """Do something in a thread again and again, whatever the loop does."""
        rounds = ThreadOfRounds()

        def begin() -> None:
            if not self.is_dead and not rounds.is_over:
                self._beside(work, lambda value, error: soon())

        def soon() -> None:
            self._world.after(int(ms * MS), begin)

        soon()
        return rounds

    def block(self, us: int) -> None:
        """Its event loop is blocked for so long; its threads go on."""
        self._blocked_until = self._world.now_us + us
        self._world.at(self._blocked_until, self._run)

    def kill(self) -> None:
        """Not one line of it is executed any more."""
        self.is_dead = True
        self.client = None

    def leave(self) -> None:
        """Ask it to end: it hands back what it has, and takes its time."""
        self.is_leaving = True
        self.loop.call_soon_threadsafe(self._leave.cancel)

    def clear_away(self) -> None:
        """After the end of the world: nothing of it must be left to the collector of garbage."""
        self.is_dead = True
        for errand in self._errands:
            errand.abandon()
        self._errands.clear()
        self.loop.clear_away()

    async def _live(self, work: Work | None) -> None:
        app = application(lambda: self)
        clock = ProcessClock(self._time, self.rounds)
        async with app.connect(self._service, work=work or False, clock=clock, chance=self._chance) as client:
            self.client = client
            await asyncio.wait([self._leave])
        self.kill()
        self._world.note(self.name, lambda: "has left")

    def _beside(self, work: Callable[[], Any], done: Done) -> None:
        """Do something in a thread, and call `done` in the loop."""

        def finished(value: Any, error: BaseException | None) -> None:
            self._errands.remove(errand)
            self.loop.call_soon_threadsafe(done, value, error)

        errand = Errand(work, finished)
        self._errands.append(errand)
        self._world.after(self._world.random.randrange(300), lambda: self.unless_frozen(errand.begin))

    def _poke(self) -> None:
        """There is something to run in the loop."""
        if not self.is_dead:
            self._wake_at(self._world.now_us)

    def _wake_at(self, us: int) -> None:
        # One wake-up is enough, unless the new one is earlier.
        if not self._world.now_us <= self._poked_at <= us:
            self._poked_at = us
            self._world.at(us, self._run)

    def _run(self) -> None:
        now = self._world.now_us
        if self._poked_at <= now:
            self._poked_at = -1
        if self.is_dead or now < self.frozen_until or now < self._blocked_until:
            return
        self.loop.run_ready()
        timer = self.loop.next_timer()
        if timer is not None and not self.is_dead:
            self._wake_at(self._time.at(timer))

    def _thaw(self) -> None:
        if not self.is_frozen:
            self._time.wake()
            self._run()

    def _unhandled(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not self.is_dead:
            self._world.fail(f"{self.name}: {context.get('message')}: {context.get('exception')!r}")
