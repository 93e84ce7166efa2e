"""The line between a process and the store: everything on it takes time, and may get lost."""

from collections.abc import Callable
from typing import Any, Protocol

from tests.simulation.weather import LONGEST_QUEUE_US, MS, SECOND, Weather
from tests.simulation.world import World

from pikku.model.errors import StoreError, StoreUnavailableError

RECORDS = {"apply", "send"}
WRITES = {"apply", "claim_runs", "claim_steps", "renew"}

Answer = Callable[[Any, BaseException | None], None]


class Far(Protocol):
    """The process at this end of the line."""

    @property
    def name(self) -> str: ...
    @property
    def is_dead(self) -> bool: ...
    def strike(self) -> None: ...
    def unless_frozen(self, happen: Callable[[], None]) -> None: ...


class Line:
    """Carries questions of one process to the store, and answers back, as the weather allows. It may be cut for a while."""

    def __init__(self, world: World, process: Far, weather: Callable[[], Weather]) -> None:
        self._world = world
        self._process = process
        self._weather = weather
        self._cut_until = 0
        self._astray: list[Callable[[], Any]] = []

    @property
    def is_cut(self) -> bool:
        return self._world.now_us < self._cut_until

    def cut(self, us: int) -> None:
        self._cut_until = self._world.now_us + us

    def mend(self) -> None:
        self._cut_until = 0
        self._arrive_astray()

    def ask(self, what: str, question: Callable[[], Any], answer: Answer) -> None:
        """Ask the store something; `answer` is called with what it says, or with an error."""
        world, weather = self._world, self._weather()
        self._strike(what, weather)
        if self.is_cut:
            self._fail(what, "is cut off", answer, self._patience())
        elif world.happens(weather.refused):
            self._fail(what, "is refused", answer, self._delay(weather))
        elif world.happens(weather.at_fault):
            self._count(what, "is at fault")
            world.after(self._delay(weather), lambda: answer(None, StoreError("something is wrong with the question")))
        elif world.happens(weather.late):
            delay = self._delay(weather)
            self._fail(what, "comes late", answer, delay)
            if what in RECORDS and world.happens(0.5):
                self._astray.append(question)
            else:
                world.after(delay + self._delay(weather), lambda: self._do(question))
        else:
            delay = self._delay(weather) + self._queue(what, weather)
            world.after(delay, lambda: self._arrive(what, question, answer, weather))

    def _arrive(self, what: str, question: Callable[[], Any], answer: Answer, weather: Weather) -> None:
        if self.is_cut:
            self._fail(what, "is cut off", answer, self._patience())
            return
        try:
            value = question()
        except StoreError as error:
            self._world.after(self._delay(weather), lambda error=error: answer(None, error))  # type: ignore[misc]
            return
        self._strike(what, weather)
        if what == "load":
            self._arrive_astray()
        if self._world.happens(weather.unanswered):
            self._fail(what, "is not answered", answer, self._delay(weather))
        else:
            self._world.after(self._delay(weather), lambda: self._back(what, value, answer))

    def _arrive_astray(self) -> None:
        """What went astray arrives at the worst moment: when the process has just looked whether it has arrived."""
        for question in self._astray:
            self._do(question)
        self._astray.clear()

    def _strike(self, what: str, weather: Weather) -> None:
        """Misfortune likes the moments just before and just after a write."""
        if what in WRITES and self._world.happens(weather.struck):
            self._process.strike()

    def _back(self, what: str, value: Any, answer: Answer) -> None:
        if self.is_cut:
            self._fail(what, "is answered into a cut line", answer, self._patience())
        else:
            answer(value, None)

    def _do(self, question: Callable[[], Any]) -> None:
        try:
            question()
        except StoreError:
            return

    def _fail(self, what: str, fate: str, answer: Answer, delay: int) -> None:
        self._count(what, fate)
        self._world.after(delay, lambda: answer(None, StoreUnavailableError("of the simulation", f"{what} {fate}")))

    def _count(self, what: str, fate: str) -> None:
        if not self._process.is_dead:
            self._world.counts[f"a question {fate}"] += 1
            self._world.note(self._process.name, lambda: f"{what} {fate}")

    def _delay(self, weather: Weather) -> int:
        random = self._world.random
        if random.random() < weather.slow:
            self._world.counts["a slow way"] += 1
            return random.randrange(weather.slow_us)
        return random.randrange(200, 2 * MS)

    def _queue(self, what: str, weather: Weather) -> int:
        """How long a question waits for those before it."""
        if what in WRITES or not self._world.happens(weather.waiting):
            return 0
        self._world.counts["a look waits its turn"] += 1
        return self._world.random.randrange(LONGEST_QUEUE_US)

    def _patience(self) -> int:
        """How long until somebody who is cut off gives up."""
        return self._world.random.choice([1 * MS, 100 * MS, 2 * SECOND])
