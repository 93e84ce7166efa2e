"""What happens to the processes of a world: killed, frozen, blocked, cut off, replaced."""

from collections.abc import Callable
from typing import Any, Protocol

from tests.simulation.process import Process
from tests.simulation.weather import SECOND, Weather, storm_of
from tests.simulation.world import World


class Scene(Protocol):
    """What mischief is made in."""

    world: World
    settings: Any
    weather: Weather
    length_us: int

    @property
    def living(self) -> list[Process]: ...
    def hire(self, work: Any) -> Process: ...
    def any_work(self) -> Any: ...


class Mischief:
    """Does something bad at random times, until it is over."""

    def __init__(self, scene: Scene) -> None:
        self.is_over = False
        self._scene = scene
        random = scene.world.random
        kinds: list[tuple[str, Callable[[Process], None]]] = [
            ("killed", self._kill),
            ("frozen", self._freeze),
            ("asleep", self._send_to_sleep),
            ("blocked", self._block),
            ("cut off", self._cut),
            ("asked to leave", self._leave),
        ]
        self._kinds = random.sample(kinds, random.randint(1, len(kinds)))
        for _ in range(random.choice([0, 3, 6, 12])):
            scene.world.after(random.randrange(scene.length_us), self._do_something)
        if random.random() < 0.3:
            scene.world.after(random.randrange(scene.length_us), self._begin_storm)

    def _do_something(self) -> None:
        scene, world = self._scene, self._scene.world
        if self.is_over:
            return
        if world.happens(0.15):
            self._hire()
        if living := scene.living:
            self.strike(world.random.choice(living))

    def strike(self, process: Process) -> None:
        """Something bad happens to this process."""
        world = self._scene.world
        if not self.is_over:
            what, do = world.random.choice(self._kinds)
            world.counts[f"a process is {what}"] += 1
            world.note(process.name, lambda: f"is {what}")
            do(process)

    def _kill(self, process: Process) -> None:
        process.kill()
        self._replace()

    def _leave(self, process: Process) -> None:
        process.leave()
        self._replace()

    def _replace(self) -> None:
        """Somebody starts another process, soon or not at all."""
        scene, random = self._scene, self._scene.world.random
        if random.random() < 0.8:
            delay = random.choice([0, 1 * SECOND, 5 * SECOND])
            scene.world.after(delay, self._hire)

    def _hire(self) -> None:
        if not self.is_over:
            self._scene.hire(self._scene.any_work())

    def _freeze(self, process: Process) -> None:
        process.freeze(self._span())

    def _send_to_sleep(self, process: Process) -> None:
        process.freeze(self._span(), sleeps=True)

    def _block(self, process: Process) -> None:
        process.block(self._span())

    def _cut(self, process: Process) -> None:
        process.line.cut(self._span())

    def _span(self) -> int:
        """Shorter than a lease, about as long, or longer."""
        lease = self._scene.settings.lease_ms * 1_000
        return int(lease * self._scene.world.random.choice([0.2, 0.9, 1.0, 1.1, 2.5]))

    def _begin_storm(self) -> None:
        if not self.is_over:
            scene, before = self._scene, self._scene.weather
            scene.weather = storm_of(scene.world.random)
            scene.world.counts["a storm"] += 1
            scene.world.note("weather", lambda: "a storm begins")
            scene.world.after(scene.world.random.randrange(6 * SECOND), lambda: self._end_storm(before))

    def _end_storm(self, before: Weather) -> None:
        if not self.is_over:
            self._scene.weather = before
