"""The course of the demo on PostgreSQL: two workers share the runs, one of them dies, and the other one finishes everything."""

import asyncio
import signal
import time
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack

from pikku.cli.demo_chronicle import Chronicle
from pikku.cli.demo_stage import LEASE, WAIT
from pikku.cli.demo_story import LOOK_EVERY_S, PATIENCE_S, Outcome, Story
from pikku.runtime.service import WorkflowService

WORKERS = ("worker-1", "worker-2")


class WorkersStory(Story):
    """Tells itself as the other one does."""

    async def tell(self) -> Outcome:
        """Play it from the beginning to the end."""
        async with AsyncExitStack() as self._stack:
            return await super().tell()

    async def _killed(self, service: WorkflowService) -> int | str:
        people = len(self._people)
        self._screen.heading(f"1. Start: an onboarding for each of {people} people, executed by two `pikku worker`")
        self._screen.say(f"  the five minutes before the welcome email are {WAIT} here", "dim")
        self._workers = {name: await self._enter("worker", name) for name in WORKERS}
        starter = await self._enter("starter", "starter")
        if not await self._follow_until(service, lambda seen: _in_the_middle(seen, people)):
            return "the workers did not come to the middle of the runs; " + self._what_is_wrong(starter)
        victim = _owner_of_most(await self._chronicle(service), list(self._workers.values()))
        victim.kill()
        await victim.wait()
        return victim.pid

    async def _recovered(self, service: WorkflowService) -> Sequence[str]:
        self._screen.heading(f"3. Go on: the other worker takes over, once the dead one's lease of {LEASE} has run out")
        people = len(self._people)
        if not await self._follow_until(service, lambda seen: _ended(seen) == people):
            return [f"the runs did not end within {PATIENCE_S} s"]
        return [wrong for name, worker in self._workers.items() if (wrong := await self._told_to_end(name, worker))]

    def _tell_of_kill(self, process_id: int, before: Chronicle) -> None:
        self._tell_of_end(f"2. Kill: worker {process_id} is ended with SIGKILL", before)

    async def _told_to_end(self, name: str, worker: Process) -> str:
        """What is wrong about how a worker that lives ends at SIGTERM; nothing if nothing is."""
        if worker.returncode == -signal.SIGKILL:
            return ""
        if worker.returncode is None:
            worker.terminate()
        ended = await asyncio.wait_for(worker.wait(), PATIENCE_S)
        return self._trouble(name, ended) if ended else ""

    async def _follow_until(self, service: WorkflowService, is_over: Callable[[Chronicle], bool]) -> bool:
        """Whether it comes to that in time."""
        deadline = time.monotonic() + PATIENCE_S
        with self._screen.following() as show:
            while time.monotonic() < deadline:
                seen = await self._chronicle(service)
                show(seen)
                if is_over(seen):
                    return True
                if all(worker.returncode is not None for worker in self._workers.values()):
                    return False
                await asyncio.sleep(LOOK_EVERY_S)
        return False

    async def _enter(self, role: str, name: str) -> Process:
        return await self._stack.enter_async_context(self._process(role, name))

    def _what_is_wrong(self, starter: Process) -> str:
        processes = {"starter": starter, **self._workers}
        failed = [self._trouble(name, each.returncode) for name, each in processes.items() if each.returncode]
        return "; ".join(failed) or f"not within {PATIENCE_S} s"


def _in_the_middle(seen: Chronicle, people: int) -> bool:
    """Everybody's run has begun and finished some of its steps, and the first one has ended; a lone one need only begin."""
    if len(seen.runs) < people:
        return False
    done = Counter(run_id for run_id, _ in seen.finished)
    return min(done[run.run_id] for run in seen.runs) >= 2 and (people == 1 or _ended(seen) > 0)


def _ended(seen: Chronicle) -> int:
    return len([run for run in seen.runs if run.status.ended])


def _owner_of_most(seen: Chronicle, workers: Sequence[Process]) -> Process:
    """The worker whose death matters most; an owner's name holds its process id."""
    owned = Counter(run.owner.split(":")[1] for run in seen.runs if run.owner)
    return max(workers, key=lambda worker: owned[str(worker.pid)])
