"""The course of the demo: runs are started, their process dies, another one takes them over, and everything is checked."""

import asyncio
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec import Struct

from pikku.app.adapters import store_from
from pikku.cli.demo_chronicle import Chronicle, read_chronicle
from pikku.cli.demo_screen import Screen
from pikku.cli.demo_stage import LEASE, WAIT, Person, Stage
from pikku.cli.demo_verdict import gather_evidence, problems
from pikku.runtime.service import WorkflowService

PATIENCE_S = 60
"""How long one process may take."""

LOOK_EVERY_S = 0.05


class Outcome(Struct, frozen=True):
    """How it went: one line, and what was wrong, if anything."""

    summary: str
    problems: Sequence[str] = ()


class Story:
    """Tells itself on a screen. The processes on the stage find the example in its folder."""

    def __init__(self, example: Path, people: Sequence[Person], stage: Stage, screen: Screen) -> None:
        self._people = people
        self._stage = stage
        self._screen = screen
        self._environment = stage.environment(example)

    async def tell(self) -> Outcome:
        """Play it from the beginning to the end."""
        self._stage.set(self._people)
        async with WorkflowService(store_from(self._stage.store_url)) as service:
            killed = await self._killed(service)
            before = await self._chronicle(service)
            if isinstance(killed, str):
                return Outcome("nothing was killed in the middle of its runs", [killed])
            self._tell_of_kill(killed, before)
            wrong = await self._recovered(service)
            after = await self._chronicle(service)
        self._screen.heading("4. The history of every run")
        self._screen.histories(before, after)
        wrong = [*wrong, *problems(self._people, before, after, gather_evidence(self._stage))]
        return Outcome(_summary(killed, before, after, bool(wrong)), wrong)

    async def _killed(self, service: WorkflowService) -> int | str:
        """The id of the process that was killed, or what went wrong instead."""
        self._screen.heading(f"1. Start: a process starts an onboarding for each of {len(self._people)} people")
        self._screen.say(f"  the five minutes before the welcome email are {WAIT} here", "dim")
        async with self._process("victim") as process:
            ended = await self._follow(process, service)
        if ended == -signal.SIGKILL:
            return process.pid
        return self._trouble("victim", ended)

    async def _recovered(self, service: WorkflowService) -> Sequence[str]:
        self._screen.heading(f"3. Recover: a new process takes over, once the dead one's lease of {LEASE} has run out")
        async with self._process("rescuer") as process:
            ended = await self._follow(process, service)
        return [] if ended == 0 else [self._trouble("rescuer", ended)]

    def _tell_of_kill(self, process_id: int, before: Chronicle) -> None:
        self._tell_of_end(f"2. Kill: process {process_id} has sent itself SIGKILL", before)

    def _tell_of_end(self, heading: str, before: Chronicle) -> None:
        left = len(before.runs) - before.completed
        self._screen.heading(heading)
        self._screen.say(
            f"  {len(before.finished)} steps had finished; {left} of {len(before.runs)} runs were under way"
        )

    async def _follow(self, process: Process, service: WorkflowService) -> int | None:
        """The exit code of the process, or `None` if it takes too long."""
        deadline = time.monotonic() + PATIENCE_S
        ending = asyncio.create_task(process.wait())
        with self._screen.following() as show:
            while not ending.done() and time.monotonic() < deadline:
                show(await self._chronicle(service))
                await asyncio.wait([ending], timeout=LOOK_EVERY_S)
            show(await self._chronicle(service))
        return ending.result() if ending.done() else None

    @asynccontextmanager
    async def _process(self, role: str, name: str = "") -> AsyncIterator[Process]:
        command = [sys.executable, "-m", "pikku.cli.demo_processes", role, str(self._stage.folder)]
        with self._stage.log(name or role).open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                *command, env=self._environment, cwd=self._stage.folder, stdin=DEVNULL, stdout=log, stderr=log
            )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    def _trouble(self, role: str, ended: int | None) -> str:
        last = self._stage.log(role).read_text("utf-8", "replace").strip().rpartition("\n")[2]
        how = f"took longer than {PATIENCE_S} s" if ended is None else f"ended with exit code {ended}"
        return f"the {role} {how}" + (f": {last}" if last else "")

    async def _chronicle(self, service: WorkflowService) -> Chronicle:
        return await read_chronicle(service, len(self._people))


def _summary(process_id: int, before: Chronicle, after: Chronicle, is_wrong: bool) -> str:
    claim = "not everything is as it must be" if is_wrong else "no finished step ran twice"
    return (
        f"killed process {process_id} after {len(before.finished)} finished steps; "
        f"{after.completed} runs completed; {claim}"
    )
