"""Those who start runs, wait for them, and cancel some; and what they must have been told in the end."""

from collections.abc import Sequence
from typing import Any

from tests.simulation.mischief import Scene
from tests.simulation.process import Process
from tests.simulation.programs import Author, End, Program, meant
from tests.simulation.weather import SECOND
from tests.simulation.witness import Witness
from tests.simulation.world import Violation

from pikku import Client
from pikku.model.errors import PikkuError, RunEndedError
from pikku.model.ids import RunId, child_run_id, invocation_id
from pikku.model.payload import parse
from pikku.model.run import Run
from pikku.model.step import StepStatus


class Marketplace(Scene):
    """Where customers come."""

    witness: Witness


class Customers:
    """Each starts one run through some process, at some time."""

    def __init__(self, scene: Any) -> None:
        self.programs: list[Program] = []
        self._scene = scene
        self._unanswered: list[Process] = []
        self._undecided: list[Process] = []
        self._started: list[RunId] = []
        self._waiting: dict[RunId, Process] = {}
        self._told: dict[RunId, End] = {}
        self._cancelled: set[RunId] = set()
        self._maybe_cancelled: set[RunId] = set()
        random = scene.world.random
        author = Author(random, scene.settings.lease_ms)
        for _ in range(random.randint(1, 6)):
            programs = [author.program() for _ in range(random.choice([1, 1, 2, 6]))]
            self.programs += programs
            scene.world.after(random.randrange(scene.length_us), lambda programs=programs: self._come(programs))

    def are_busy(self) -> bool:
        """Whether somebody who can still hear it does not know whether a run was started."""
        return any(not process.is_dead for process in self._undecided)

    def have_heard(self) -> bool:
        return all(run_id in self._told for run_id in self._those_who_can_hear())

    def check(self) -> None:
        """Raise `Violation` for what is not as it must be in the end."""
        runs = {run.run_id: run for run in self._scene.runs()}
        for run_id in self._started:
            _must(run_id in runs, f"run {run_id} was started, and is not there")
        for run_id in self._those_who_can_hear():
            _must(run_id in self._told, f"{self._waiting[run_id].name} was never told how run {run_id} has ended")
        for run in runs.values():
            self._check_end(run)
        self._check_children(runs)

    def _check_end(self, run: Run) -> None:
        found = End(run.status.value, run.output)
        allowed = [meant(parse(run.input_json))]
        if run.run_id in self._maybe_cancelled:
            allowed.append(End("cancelled"))
        if run.run_id in self._cancelled:
            allowed = [End("cancelled")]
        _must(found in allowed, f"run {run.run_id} has ended as {found} ({run.error}), and should as {allowed}")
        told = self._told.get(run.run_id, found)
        _must(told == found, f"run {run.run_id} has ended as {found}, but somebody was told {told}")

    def _check_children(self, runs: dict[RunId, Run]) -> None:
        """Each step that was to start a run has started it, and once."""
        children = set()
        for step in (step for each in self._scene.witness.snapshots() for step in each.steps.values()):
            if step.call.rpc_name == "begin_child":
                child = child_run_id(invocation_id(step.run_id, step.key), 0)
                children.add(child)
                _must(
                    child in runs or step.status is not StepStatus.SUCCEEDED,
                    f"step {step.key} of run {step.run_id} has not started its child",
                )
        strangers = runs.keys() - children - set(self._started)
        _must(len(strangers) <= len(self._unanswered), f"nobody has asked for the runs {strangers}")

    def _those_who_can_hear(self) -> list[RunId]:
        return [run_id for run_id, process in self._waiting.items() if process.is_alive]

    def _come(self, programs: Sequence[Program]) -> None:
        living = [process for process in self._scene.living if process.is_alive]
        if living:
            process = self._scene.world.random.choice(living)
            for program in programs:
                process.begin(lambda program=program: self._deal(process, process.client, program))

    async def _deal(self, process: Process, client: Client[Any], program: Program) -> None:
        random = self._scene.world.random
        self._unanswered.append(process)
        self._undecided.append(process)
        try:
            handle = await client.start("interpret", program)
        except PikkuError:
            self._undecided.remove(process)
            return
        self._undecided.remove(process)
        self._unanswered.remove(process)
        self._scene.world.note(process.name, lambda: f"has started run {handle.run_id}: {program}")
        self._started.append(handle.run_id)
        if random.random() < 0.25:
            delay = random.randrange(4 * SECOND)
            self._scene.world.after(delay, lambda: self._cancel_somewhere(handle.run_id))
        if random.random() < 0.8:
            self._waiting[handle.run_id] = process
            await self._wait(process, handle)

    async def _wait(self, process: Process, handle: Any) -> None:
        try:
            run = await handle.ended()
        except PikkuError:
            self._waiting.pop(handle.run_id, None)
        else:
            self._told[handle.run_id] = End(run.status.value, run.output)

    def _cancel_somewhere(self, run_id: RunId) -> None:
        living = [process for process in self._scene.living if process.is_alive]
        if living:
            process = self._scene.world.random.choice(living)
            process.begin(lambda: self._cancel(process.client, run_id))

    async def _cancel(self, client: Client[Any], run_id: RunId) -> None:
        self._maybe_cancelled.add(run_id)
        try:
            await client.cancel_run(run_id, "the customer changed his mind")
        except RunEndedError:
            return
        except PikkuError:
            return
        self._cancelled.add(run_id)


def _must(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Violation(otherwise)
