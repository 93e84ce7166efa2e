"""One seed: a world, processes that are disturbed in it, and what must be true in the end."""

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct
from tests.simulation.customers import Customers
from tests.simulation.hearing import Town
from tests.simulation.mischief import Mischief
from tests.simulation.process import Process, Settings
from tests.simulation.programs import longest_ms
from tests.simulation.weather import FAIR, MS, SECOND, Weather, weather_of
from tests.simulation.witness import Witness
from tests.simulation.world import START_US, Violation, World

from pikku.model.pauses import LONGEST_MS
from pikku.model.run import Run
from pikku.runtime.work import Work

POLL_MS = 1_000
LONGEST_PAUSE_US = LONGEST_MS * MS
"""After so long, whoever was in trouble tries again."""


class Report(Struct, frozen=True):
    """What became of a seed. `problem` is what must not have happened."""

    seed: int
    events: int
    seconds: float
    runs: int
    executions: int
    counts: Counter[str]
    problem: str | None = None
    trace: Sequence[str] = ()


class Scenario:
    """The processes of a seed, first in bad weather, then in fair weather until all that is due is done."""

    def __init__(self, seed: int, *, traced: bool = False) -> None:
        self.world = World(seed, traced=traced)
        random = self.world.random
        lease_ms = random.choice([2_000, 3_000, 6_000])
        self.settings = Settings(random, lease_ms)
        self.weather: Weather = weather_of(random, lease_ms * MS)
        self.fair = FAIR if random.random() < 0.7 else Weather(lost=1.0)
        self.witness = Witness(self.world)
        self.town = Town(self.world, lambda: self.weather)
        self.processes: list[Process] = []
        self.length_us = random.choice([3, 10, 20]) * SECOND
        for _ in range(random.randint(1, 3)):
            self.hire(self.any_work())
        self.customers = Customers(self)
        self.mischief = Mischief(self)

    def any_work(self) -> Work | None:
        """What a new process does for others."""
        remote = self.settings.queue != "none"
        kinds = [Work(), Work(), Work(concurrency=2, runs=2)]
        kinds += [Work(steps=False), Work(orchestrate=False)] if remote else []
        return self.world.random.choice(kinds)

    def hire(self, work: Work | None) -> Process:
        """A new process."""
        name = f"worker {len(self.processes) + 1}"
        process = Process(
            name, self.world, self.witness, self.town, lambda: self.weather, self.settings, self._strike, work
        )
        self.world.note(name, lambda: f"begins, {work}")
        self.processes.append(process)
        return process

    def _strike(self, process: Process) -> None:
        self.mischief.strike(process)

    @property
    def living(self) -> list[Process]:
        return [each for each in self.processes if not each.is_dead and not each.is_leaving]

    def play(self) -> None:
        """Everything, to the end. Raises `Violation`."""
        self.world.run_until(START_US + self.length_us)
        self._turn_fair()
        limit = self.world.now_us + self._longest_us()
        if not self.world.run_until(limit, self._is_over):
            raise Violation(f"in fair weather and good time, this did not happen: {'; '.join(self._left())}")
        # Whoever waits hears of an end by looking, at the latest.
        soon = self.world.now_us + 2 * LONGEST_PAUSE_US
        self.world.run_until(soon, self.customers.have_heard)
        self.customers.check()

    def clear_away(self) -> None:
        for process in self.processes:
            process.clear_away()

    def _turn_fair(self) -> None:
        self.world.note("weather", lambda: "turns fair")
        self.weather = self.fair
        self.mischief.is_over = True
        for process in self.living:
            process.line.mend()
            process.thaw()
        if not any(each.works_fully for each in self.living):
            self.hire(Work())
        if any(each.is_roomy for each in self.living):
            self.world.after(self.settings.lease_ms * 4 * MS + LONGEST_PAUSE_US, self._lose_patience)

    def _lose_patience(self) -> None:
        """No answer of the bad times is still under way, and whoever was in trouble has looked again."""
        self.witness.patience_ms = POLL_MS + 500

    def _longest_us(self) -> int:
        works = sum(longest_ms(program) for program in self.customers.programs)
        return 6 * self.settings.lease_ms * MS + 3 * LONGEST_PAUSE_US + 4 * works * MS

    def _is_over(self) -> bool:
        return not self._leaving() and not self.customers.are_busy() and not self.witness.running

    def runs(self) -> list[Run]:
        return [each.run for each in self.witness.snapshots()]

    def _leaving(self) -> list[str]:
        return [each.name for each in self.processes if each.is_leaving and not each.is_dead]

    def _left(self) -> list[str]:
        leaving = [f"{name}, which was asked to leave, is still there" for name in self._leaving()]
        return leaving + [
            f"run {run.run_id} still waits for {[key for key, s in each.steps.items() if not s.status.final]} "
            f"(owner {run.owner}, epoch {run.epoch}, due in {None if run.due_ms is None else run.due_ms - self.world.now()})"
            for each in self.witness.snapshots()
            if not (run := each.run).status.ended
        ]


def simulate(seed: int, *, traced: bool = False) -> Report:
    """Play a seed. The same seed is the same story, in every detail, as long as PYTHONHASHSEED is."""
    scenario = Scenario(seed, traced=traced)
    problem = None
    try:
        scenario.play()
    except (Violation, AssertionError) as error:
        problem = str(error)
    world = scenario.world
    report = Report(
        seed=seed,
        events=world.events,
        seconds=(world.now_us - START_US) / SECOND,
        runs=len(scenario.runs()),
        executions=scenario.witness.executions,
        counts=Counter(world.counts),
        problem=problem,
        trace=tuple(world.trace or ()),
    )
    scenario.clear_away()
    return report
