"""One run in this process: what is recorded of it, which of its calls are under way, and how it is stopped."""

import asyncio
from collections.abc import Callable
from typing import Any

import msgspec

from pikku.engine.deliveries import Deliveries
from pikku.engine.ordinals import Ordinals
from pikku.engine.settle import step_change
from pikku.model.change import Change, Outcome, Refusal, Refused, Standing
from pikku.model.enact import Effect, enact
from pikku.model.errors import StoreError
from pikku.model.run import Run
from pikku.model.step import Step, StepCall
from pikku.ports.clock import Chance, Clock
from pikku.ports.store import Snapshot
from pikku.runtime.committer import Committer
from pikku.runtime.request import Request
from pikku.runtime.settings import Settings
from pikku.runtime.signals import BodyStopped, Why
from pikku.runtime.store_time import StoreTime
from pikku.runtime.turnstile import Turnstile

STOPS = {Refusal.ENDED: Why.ENDED, Refusal.STALE: Why.LOST, Refusal.MISSING: Why.LOST}
EARLY_WAIT_MS = 10


class Surroundings(msgspec.Struct, frozen=True):
    """What all bodies of a process share. `on_parked` hears of a body whose calls all wait for time to pass."""

    committer: Committer
    clock: Clock
    chance: Chance
    store_time: StoreTime
    settings: Settings
    on_parked: Callable[["Body"], None]
    is_draining: Callable[[], bool]


class Body:
    """The state of one body from its start, or restart, to its end, or stop. It performs nothing: see `perform`."""

    def __init__(self, snapshot: Snapshot, around: Surroundings) -> None:
        self.run: Run = snapshot.run
        self.around = around
        self.ordinals = Ordinals()
        self.deliveries = Deliveries(snapshot.steps.values())
        self.stopped: Why | None = None
        self.cancel_reason: str | None = None
        self._resumes_at = 0
        self._steps: dict[str, Step] = dict(snapshot.steps)
        self._turnstile = Turnstile(self.deliveries)
        self._recorded_calls = max((step.call.position + 1 for step in self._steps.values()), default=0)
        self._open: dict[str, asyncio.Task[Any] | None] = {}
        self._waits: dict[str, int] = {}
        self._closing: asyncio.Future[None] | None = None
        self._main: asyncio.Task[Any] | None = None

    @property
    def is_replaying(self) -> bool:
        """Whether an earlier life of the body has already been here."""
        return self.deliveries.calls < self._recorded_calls

    @property
    def is_parked(self) -> bool:
        """Whether all calls under way wait for time to pass."""
        return bool(self._open) and len(self._open) == len(self._waits)

    @property
    def resumes_in(self) -> int:
        """Of a stopped body: milliseconds until there is something to do for it again."""
        return max(0, self._resumes_at - self.around.store_time.now())

    @property
    def wakes_in(self) -> int:
        """Milliseconds until the first of the waits is over; 0 if nothing waits."""
        return max(0, min(self._waits.values(), default=0) - self.around.store_time.now())

    def began(self) -> None:
        """The body runs in the current task from now on."""
        self._main = asyncio.current_task()

    def opened(self, key: str) -> None:
        """A call is awaited by the current task."""
        self._open[key] = asyncio.current_task()

    def closed(self, key: str) -> None:
        """A call has been answered, or given up."""
        self._open.pop(key, None)
        if self._closing is not None and self._nothing_executes() and not self._closing.done():
            self._closing.set_result(None)
        self._notice_parked()

    def check(self) -> None:
        """Raise what has stopped this body, if something has."""
        if self.stopped is not None:
            raise BodyStopped(self.stopped)

    def recorded(self, key: str) -> Step | None:
        return self._steps.get(key)

    async def deliver(self, request: Request, *, is_new: bool) -> None:
        """Return when the body may see the step's result."""
        await self._turnstile.enter(request.call.key, request.call_moment, alone=is_new and len(self._open) == 1)

    async def record(self, request: Request, standing: Standing, *, only_when_due: bool = False) -> None:
        """Write where a step stands. Stops the body if the write is refused, save for one that is early."""
        recorded = self._steps.get(request.call.key)
        call = request.call if recorded else self._with_seen(request)
        run = self.run
        change = step_change(run.run_id, run.epoch, call, recorded, standing, only_when_due=only_when_due)
        outcome = await self._commit(change)
        if not isinstance(outcome, Refused):
            self._remember(change, outcome.at)
        elif outcome.why is Refusal.EARLY:
            await self.around.clock.sleep(EARLY_WAIT_MS)
        else:
            raise self.stop(STOPS.get(outcome.why, Why.OUT_OF_STEP))

    async def wait(self, key: str, ms: int) -> None:
        """Let time pass."""
        self._waits[key] = self.around.store_time.now() + ms
        try:
            self._notice_parked()
            await self.around.clock.sleep(ms)
        finally:
            self._waits.pop(key, None)

    async def hold_back(self, key: str) -> None:
        """While this process hands its runs back, begin nothing: wait to be stopped."""
        if self.around.is_draining():
            self._waits[key] = self.around.store_time.now()
            self._notice_parked()
            await asyncio.get_running_loop().create_future()

    async def rest(self) -> None:
        """Return when no turn of the loop brings a new call any more."""
        await self._turnstile.rest()

    def stop(self, why: Why) -> BodyStopped:
        """End the body: it is cancelled where it waits, and every later call of it raises what this returns."""
        if self.stopped is None or self._closing is not None:
            self.stopped = self.stopped or why
            self._resumes_at = min(self._waits.values(), default=0)
            self._turnstile.close()
            for task in {self._main, *self._open.values()}:
                if task is not None and task is not asyncio.current_task():
                    task.cancel()
        return BodyStopped(self.stopped)

    async def close(self) -> None:
        """After the end of the body: let attempts under way end and be recorded, and give up what only waits."""
        self.stopped = self.stopped or Why.ENDED
        self._turnstile.close()
        for key in list(self._waits):
            if task := self._open.get(key):
                task.cancel()
        if not self._nothing_executes():
            self._closing = asyncio.get_running_loop().create_future()
            await self._closing

    def _notice_parked(self) -> None:
        if self.is_parked and self.stopped is None:
            self.around.on_parked(self)

    def _nothing_executes(self) -> bool:
        return all(key in self._waits for key in self._open)

    def _with_seen(self, request: Request) -> StepCall:
        seen = self.deliveries.tell(request.call_moment)
        return request.call if seen is None else msgspec.structs.replace(request.call, seen=seen)

    def _remember(self, change: Change, at: int) -> None:
        effect = enact(change, self.run, self._steps, at)
        if isinstance(effect, Effect):
            self._steps.update((step.key, step) for step in effect.steps)

    async def _commit(self, change: Change) -> Outcome:
        try:
            return await self.around.committer.commit(change)
        except StoreError:
            raise self.stop(Why.OUT_OF_STEP) from None
