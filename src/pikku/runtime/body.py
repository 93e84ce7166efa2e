"""One run in this process: what is recorded of it, which of its calls are under way, and how it is stopped."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection
from typing import Any

import msgspec

from pikku.engine.deliveries import Deliveries
from pikku.engine.ordinals import Ordinals
from pikku.engine.settle import step_change
from pikku.model.change import Refusal, Refused, Standing
from pikku.model.enact import step_after
from pikku.model.errors import StoreError
from pikku.model.pauses import next_pause
from pikku.model.queue_names import QueueNames
from pikku.model.run import Run
from pikku.model.step import Step, StepCall, StepStatus
from pikku.ports.clock import Chance, Clock
from pikku.ports.queue import Message
from pikku.ports.store import Snapshot
from pikku.runtime.chain import Chain
from pikku.runtime.committer import Committer
from pikku.runtime.late_bell import LateBell
from pikku.runtime.request import Request
from pikku.runtime.seats import Seats
from pikku.runtime.settings import Settings
from pikku.runtime.signals import BodyStopped, Why
from pikku.runtime.store_time import StoreTime
from pikku.runtime.turnstile import Turnstile

logger = logging.getLogger("pikku.runs")

STOPS = {Refusal.ENDED: Why.ENDED, Refusal.STALE: Why.LOST, Refusal.MISSING: Why.LOST}
EARLY_WAIT_MS = 10


class Surroundings(msgspec.Struct, frozen=True):
    """What all bodies of a process share. `on_parked` hears of a body whose calls all wait, for time or for workers."""

    committer: Committer
    clock: Clock
    chance: Chance
    store_time: StoreTime
    late_bell: LateBell
    settings: Settings
    queue_names: QueueNames
    seats: Seats
    on_parked: Callable[["Body"], None]
    on_dispatched: Callable[[], None]
    is_handing_back: Callable[[Run], bool]
    is_sure: Callable[[], bool]
    make_sure: Callable[[], Awaitable[None]]


class Body:
    """The state of one body from its start, or restart, to its end, or stop. It performs nothing: see `perform`.

    Records of steps that are `in_doubt` may still be on their way to the store, from an earlier body of this process.
    """

    def __init__(self, snapshot: Snapshot, around: Surroundings, in_doubt: Collection[str] = ()) -> None:
        self._loop = asyncio.get_running_loop()
        self.run: Run = snapshot.run
        self.around = around
        self.ordinals = Ordinals()
        self.deliveries = Deliveries(snapshot.steps.values())
        self._records = Chain()
        self._surely_told = self.deliveries.told
        self.stopped: Why | None = None
        self.cancel_reason: str | None = None
        self._resumes_at: int | None = 0
        self._steps: dict[str, Step] = dict(snapshot.steps)
        self._turnstile = Turnstile(self.deliveries)
        self._recorded_calls = max((step.call.position + 1 for step in self._steps.values()), default=0)
        self._open: dict[str, asyncio.Task[Any] | None] = {}
        self._waits: dict[str, int | None] = {}
        self._told: dict[str, asyncio.Future[None]] = {}
        self._wakes: int | None = snapshot.run.wakes
        self._unfinished = {
            key for key, step in snapshot.steps.items() if step.call.remote and not (step.status.final or step.stays)
        }
        self._in_doubt = set(in_doubt)
        self._closing: asyncio.Future[None] | None = None
        self._main: asyncio.Task[Any] | None = None

    @property
    def is_replaying(self) -> bool:
        """Whether an earlier life of the body has already been here."""
        return self.deliveries.calls < self._recorded_calls

    @property
    def is_parked(self) -> bool:
        """Whether all calls under way wait for time to pass, or for step workers."""
        return bool(self._open) and len(self._open) == len(self._waits)

    @property
    def resumes_in(self) -> int | None:
        """Of a stopped body: milliseconds until there is something to do for it again; `None`: when a worker is done."""
        return None if self._resumes_at is None else max(0, self._resumes_at - self.around.store_time.now())

    @property
    def wakes_in(self) -> int | None:
        """Milliseconds until the first of the waits for time is over; `None` if all wait for workers."""
        until = self._first_wait()
        return None if until is None else max(0, until - self.around.store_time.now())

    @property
    def unfinished(self) -> Collection[str]:
        """The keys of the steps that are with step workers."""
        return self._unfinished

    @property
    def in_doubt(self) -> Collection[str]:
        """The keys of steps of which nobody knows what the store has recorded, or will record yet."""
        return self._in_doubt

    @property
    def wakes(self) -> int | None:
        """How often the run had been woken when all that is known here of its steps was read; `None` if nobody knows."""
        return self._wakes

    def is_alone(self, request: Request) -> bool:
        """Whether no other call of this body is under way, or has been made since."""
        return len(self._open) == 1 and request.call.position == self.deliveries.calls - 1

    def began(self) -> None:
        """The body runs in the current task from now on."""
        self._main = asyncio.current_task()

    def opened(self, key: str) -> None:
        """A call is awaited by the current task."""
        self._open[key] = asyncio.current_task(self._loop)

    def closed(self, key: str) -> None:
        """A call has been answered, or given up."""
        self._open.pop(key, None)
        self._waits.pop(key, None)
        if self._closing is not None and self._nothing_executes() and not self._closing.done():
            self._closing.set_result(None)
        self._notice_parked()

    def check(self) -> None:
        """Raise what has stopped this body, if something has."""
        if self.stopped is not None:
            raise BodyStopped(self.stopped)

    def recorded(self, key: str) -> Step | None:
        return self._steps.get(key)

    def delivers_at_once(self, request: Request, *, is_new: bool) -> bool:
        """Whether the body may see the step's result now; otherwise, `deliver` it."""
        return self._turnstile.lets_in(request.call.key, request.call_moment, alone=is_new and len(self._open) == 1)

    async def deliver(self, request: Request) -> None:
        """Return when the body may see the step's result."""
        await self._turnstile.enter(request.call.key)

    async def record(
        self, request: Request, standing: Standing, *, only_when_due: bool = False, keeps: bool = False
    ) -> None:
        """Write where a step stands. Stops the body if the write is refused, save for one that is early.

        When the store fails, the body is stopped too, or with `keeps` goes on trying: what would be lost is worth it.
        """
        key, run, pause = request.call.key, self.run, 0
        recorded, offered = self._steps.get(key), request.call.remote and standing.status is StepStatus.SCHEDULED
        message = self._offer(request.call, standing) if offered else None
        while True:
            # Made anew for each try: what an earlier record was to tell may have to be told again.
            call = request.call if recorded else self._with_seen(request)
            change = step_change(run.run_id, run.epoch, call, recorded, standing, only_when_due=only_when_due)
            try:
                outcome = await self.around.committer.commit(change, message, None if recorded else self._records)
                break
            except StoreError as error:
                pause = next_pause(pause)
                await self._after(error, pause, keeps)
        if not isinstance(outcome, Refused):
            self._in_doubt.discard(key)
            if recorded is None:
                self._surely_told = max(self._surely_told, request.call_moment.seen_count)
            if self._steps.get(key) is recorded:  # or a worker has finished it before the answer came
                self._steps[key] = step_after(change, self._steps, outcome.at)
            if offered:
                self.around.on_dispatched()
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

    async def hear_of(self, key: str) -> None:
        """Wait for the result of a step that is with a step worker."""
        self._waits[key] = None
        told = self._told[key] = self._loop.create_future()
        try:
            self._notice_parked()
            await told
        finally:
            self._told.pop(key, None)
            self._waits.pop(key, None)

    def tell(self, step: Step) -> None:
        """A step worker has finished this step."""
        known = self._steps.get(step.key)
        if not step.status.final or (known is not None and known.status.final):
            return
        self._steps[step.key] = step
        self._unfinished.discard(step.key)
        self._wakes = None
        if (told := self._told.get(step.key)) and not told.done():
            # No longer waiting from this moment on: nobody must drop the body while it has something to do.
            self._waits.pop(step.key, None)
            told.set_result(None)
        if self.stopped is not None:
            # Too late for this body, and nobody wakes the run for it again.
            self._resumes_at = 0

    def learn(self, snapshot: Snapshot, asked: Collection[str]) -> None:
        """What the store has just said of the steps with these keys."""
        for step in snapshot.steps.values():
            self.tell(step)
        if self._unfinished.issubset(asked):
            self._wakes = snapshot.run.wakes

    @property
    def may_begin(self) -> bool:
        """Whether `hold_back` would hold nothing back."""
        return self.around.is_sure() and not self.around.is_handing_back(self.run)

    async def hold_back(self, key: str) -> None:
        """Begin nothing that may be somebody else's by now, and nothing at all while this process hands its runs back."""
        await self.around.make_sure()
        if self.around.is_handing_back(self.run):
            self._waits[key] = self.around.store_time.now()
            self._notice_parked()
            await self._loop.create_future()

    async def rest(self) -> None:
        """Return when no turn of the loop brings a new call any more."""
        await self._turnstile.rest()

    def stop(self, why: Why) -> BodyStopped:
        """End the body: it is cancelled where it waits, and every later call of it raises what this returns."""
        if self.stopped is None or self._closing is not None:
            self.stopped = self.stopped or why
            self._resumes_at = self._first_wait() if self.is_parked else 0
            self._in_doubt.update(self._open.keys() - self._waits.keys())
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
            self._closing = self._loop.create_future()
            await self._closing

    def _notice_parked(self) -> None:
        if self.is_parked and self.stopped is None:
            self.around.on_parked(self)

    def _nothing_executes(self) -> bool:
        return len(self._open) == len(self._waits)

    def _with_seen(self, request: Request) -> StepCall:
        if self._records.broken_by is not None:
            self._records = Chain()
            self.deliveries.tell_again(self._surely_told)
        seen = self.deliveries.tell(request.call_moment)
        return request.call if seen is None else msgspec.structs.replace(request.call, seen=seen)

    def _first_wait(self) -> int | None:
        if not self._waits:
            return 0
        return min((until for until in self._waits.values() if until is not None), default=None)

    def _offer(self, call: StepCall, standing: Standing) -> Message | None:
        # Known as unfinished before anybody can know of it: see `learn`.
        self._unfinished.add(call.key)
        if standing.due_in:
            return None
        queue = self.around.queue_names.of_steps(self.run.workflow, call.rpc_name or "")
        return Message(queue, self.run.run_id, call.key)

    async def _after(self, error: StoreError, pause: int, keeps: bool) -> None:
        """Return when a record is to be tried again. Stops the body if it is not one that `keeps` being tried."""
        if not keeps:
            raise self.stop(Why.OUT_OF_STEP) from None
        logger.warning("could not record a step of run %s, trying again: %s", self.run.run_id, error)
        await self.around.clock.sleep(pause)
        self.check()
