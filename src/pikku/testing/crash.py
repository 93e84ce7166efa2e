"""Stops a process at each of its writes, starts another one, and looks whether anybody can tell the difference."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar, overload

from pikku.app.pikku import Pikku
from pikku.model.duration import Duration
from pikku.ports.queue import QueueService
from pikku.ports.store import RunQuery, Store
from pikku.runtime.client import Client
from pikku.runtime.service import WorkflowService
from pikku.runtime.step_info import StepInfo
from pikku.testing.clock import VirtualClock
from pikku.testing.crashing_store import CrashingStore

T = TypeVar("T")

LEASE_MS = 30_000

Outcome = tuple[str, Any]
"""How a run ended: status, and output or the type of the error."""


@dataclass
class Journal:
    """Which steps were executed, as they themselves note it: `journal.note(ctx.step)`."""

    executed: list[str] = field(default_factory=list)

    @overload
    def note(self, step: StepInfo | None) -> None: ...
    @overload
    def note(self, step: StepInfo | None, result: T) -> T: ...
    def note(self, step: StepInfo | None, result: Any = None) -> Any:
        """To be called by a step, once in each of its executions; gives `result` back, for steps that are lambdas."""
        if step is None:
            raise AssertionError("a journal is kept by steps")
        self.executed.append(step.key)
        return result


@dataclass
class CrashReport:
    """How a run ends undisturbed, and how with a crash at each of its writes (`"before write 3"`, `"after write 3"`)."""

    undisturbed: Outcome
    crashed: dict[str, Outcome] = field(default_factory=dict)
    executed_again: dict[str, list[str]] = field(default_factory=dict)
    """Steps that were executed although they had been finished before the crash."""

    @property
    def differences(self) -> dict[str, Outcome]:
        """The crashes after which the run ended otherwise."""
        return {crash: outcome for crash, outcome in self.crashed.items() if outcome != self.undisturbed}

    def check(self) -> None:
        """Raise `AssertionError` unless nobody can tell the difference."""
        assert not self.differences, f"undisturbed {self.undisturbed}, but {self.differences}"
        assert not self.executed_again, f"finished steps were executed again: {self.executed_again}"


@dataclass(frozen=True)
class CrashTrial:
    """One workflow, its input, and how to make an empty store; `journal` is the one that its steps note themselves in.

    With a queue, the processes are workers. Without `hand_off`, all remote steps go through it.

    report = await CrashTrial(app, "onboarding", person, journal, new_store).everywhere()
    report.check()
    """

    app: Pikku[Any]
    workflow: str
    data: Any
    journal: Journal
    new_store: Callable[[VirtualClock], Awaitable[Store]]
    longest_wait: Duration = "1d"
    new_queue: Callable[[], QueueService | None] = lambda: None
    hand_off: bool = True

    async def everywhere(self) -> CrashReport:
        """Crash before and after each write of an undisturbed run."""
        store, clock = await self._store()
        counting = CrashingStore(store)
        async with self._process(counting, clock) as pikku:
            await clock.run(self._start_and_wait(pikku))
        report = CrashReport(await self._outcome(store))
        await store.close()
        for write in range(1, counting.writes + 1):
            for before in (True, False):
                await self._crash_at(write, before, report)
        return report

    async def _crash_at(self, write: int, before: bool, report: CrashReport) -> None:
        name = f"{'before' if before else 'after'} write {write}"
        store, clock = await self._store()
        await self._first_life(CrashingStore(store, write, before=before), clock)
        finished, executed = await self._finished(store), len(self.journal.executed)
        await clock.advance(LEASE_MS + 1)
        await self._second_life(store, clock)
        report.crashed[name] = await self._outcome(store)
        if again := [key for key in self.journal.executed[executed:] if key in finished]:
            report.executed_again[name] = again
        await store.close()

    async def _first_life(self, store: CrashingStore, clock: VirtualClock) -> None:
        async with self._process(store, clock) as pikku:
            waiting = asyncio.create_task(self._start_and_wait(pikku))
            crash = asyncio.create_task(store.crashed.wait())
            await clock.run(asyncio.wait([waiting, crash], return_when=asyncio.FIRST_COMPLETED))
            for task in (waiting, crash):
                task.cancel()
            await asyncio.wait([waiting, crash])
            await pikku.abandon()

    async def _second_life(self, store: Store, clock: VirtualClock) -> None:
        async with self._process(store, clock) as pikku:
            await pikku.recover()
            runs = await store.list_runs(RunQuery())
            for run in runs:
                await clock.run((await pikku.handle(run.run_id)).ended())
            if not runs:
                await clock.run(self._start_and_wait(pikku))

    async def _start_and_wait(self, pikku: Client[Any]) -> None:
        handle = await pikku.start(self.workflow, self.data)
        await handle.ended()

    async def _store(self) -> tuple[Store, VirtualClock]:
        clock = VirtualClock()
        store = await self.new_store(clock)
        await store.open()
        return store, clock

    @asynccontextmanager
    async def _process(self, store: Store, clock: VirtualClock) -> AsyncIterator[Client[Any]]:
        undying = store if isinstance(store, CrashingStore) else CrashingStore(store)
        queue = self.new_queue()
        service = WorkflowService(
            undying, queue, lease=LEASE_MS, longest_wait=self.longest_wait, hand_off=self.hand_off
        )
        async with self.app.connect(service, clock=clock, work=queue is not None) as pikku:
            yield pikku

    async def _finished(self, store: Store) -> set[str]:
        runs = await store.list_runs(RunQuery())
        snapshots = await store.load([run.run_id for run in runs])
        return {key for each in snapshots for key, step in each.steps.items() if step.status.final}

    async def _outcome(self, store: Store) -> Outcome:
        runs = await store.list_runs(RunQuery())
        if len(runs) != 1:
            return (f"{len(runs)} runs", None)
        run = runs[0]
        return (run.status.value, run.error.type if run.error else run.output)
