"""All runs that this process owns."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection

from pikku.model.change import Held
from pikku.model.errors import StrandedRunError
from pikku.model.ids import RunId
from pikku.model.run import ExecutionMode, Run
from pikku.model.step import Step
from pikku.ports.store import Snapshot
from pikku.runtime.body import Body, Surroundings
from pikku.runtime.late_bell import LateBell
from pikku.runtime.live import End
from pikku.runtime.process import Process
from pikku.runtime.residency import Residency
from pikku.runtime.signals import Why
from pikku.runtime.tenure import Tenure

logger = logging.getLogger("pikku.runs")

REMEMBERED = 1_000
"""How many ended runs are remembered: the hint that a run has ended comes after its end."""


class Orchestrator:
    """Adopts runs, keeps their leases, and sees each to its end or hands it back.

    While the process `claims` what is due, the runs of dropped bodies are handed back until they are needed. `on_left` hears
    of every run that is not this process' any more, and whether it was handed back, `on_dispatched` when step workers have got
    something to do.
    """

    def __init__(
        self,
        process: Process,
        *,
        live: Callable[[Body], Awaitable[End | Why]],
        on_left: Callable[[bool], None],
        on_dispatched: Callable[[], None],
    ) -> None:
        self.claims = False
        self.left_behind = 0
        self._on_left = on_left
        self._store = process.store
        self._keeper = process.keeper
        self._watch = process.watch
        self._live = live
        self._tenures: dict[RunId, Tenure] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._ended: dict[RunId, None] = {}
        self._handing_back: Collection[ExecutionMode] = ()
        settings = process.settings
        self._residency = Residency(process.clock, settings.longest_wait_ms, settings.resident_bodies)
        self._around = Surroundings(
            committer=process.committer,
            clock=process.clock,
            chance=process.chance,
            store_time=process.store_time,
            late_bell=LateBell(process.clock, settings.show_running_after_ms),
            settings=settings,
            queue_names=process.queue_names,
            seats=process.seats,
            is_sure=process.keeper.is_sure,
            make_sure=process.keeper.make_sure,
            on_parked=self._on_parked,
            on_dispatched=on_dispatched,
            is_handing_back=self._is_handing_back,
        )

    @property
    def is_draining(self) -> bool:
        """Whether this process hands all its runs back."""
        return len(self._handing_back) == len(ExecutionMode)

    @property
    def owned(self) -> Collection[RunId]:
        """The runs that this process owns."""
        return self._tenures.keys()

    def has_seen_to(self, run_id: RunId) -> bool:
        """Whether the run is this process', or has ended here not long ago."""
        return run_id in self._tenures or run_id in self._ended

    def unfinished(self, run_id: RunId) -> Collection[str] | None:
        """The keys of the run's steps that are with step workers; `None` if this process does not know."""
        if tenure := self._tenures.get(run_id):
            return tenure.body.unfinished
        return () if run_id in self._ended else None

    def adopt(self, snapshot: Snapshot, asked_at: int) -> None:
        """Take over a run that this process has claimed or created, and asked for when its clock was at `asked_at`."""
        run = snapshot.run
        self._around.store_time.observe(snapshot.now)
        if before := self._tenures.get(run.run_id):
            before.stop(Why.LOST)
        tenure = self._tenures[run.run_id] = Tenure(snapshot, self._around, self)
        self._keeper.hold(Held(run.run_id, run.epoch), asked_at)
        self._watch.follow(run.run_id, tenure)
        self._begin(self._serve(tenure))

    def lost(self, held: Held) -> None:
        """Another owner has the run, or it has ended."""
        tenure = self._tenures.get(held.run_id)
        if tenure is not None and tenure.run.epoch == held.epoch:
            tenure.stop(Why.LOST)

    def tell(self, step: Step) -> None:
        """A step worker of this process has finished this step."""
        if tenure := self._tenures.get(step.run_id):
            tenure.body.tell(step)

    async def finished(self) -> None:
        """Return when this process owns no run any more."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def hand_back(self, modes: Collection[ExecutionMode] = tuple(ExecutionMode)) -> None:
        """Begin nothing new in the runs of these modes, let attempts under way end, and then hand the runs back."""
        self._handing_back = modes
        for tenure in list(self._tenures.values()):
            if self._is_handing_back(tenure.run):
                tenure.drain()

    def release(self) -> None:
        """Hand all runs back now: what is being executed is cancelled, and will be executed again."""
        self._handing_back = tuple(ExecutionMode)
        for tenure in list(self._tenures.values()):
            tenure.stop(Why.RELEASED)

    async def abandon(self) -> None:
        """Drop everything at once, without a word to the store: as the end of the process would."""
        for task in self._tasks:
            task.cancel()
        for tenure in list(self._tenures.values()):
            tenure.body.stop(Why.LOST)
        await self.finished()

    async def live(self, body: Body) -> End | Why:
        return await asyncio.create_task(self._alive(body))

    async def reload(self, run: Run) -> Snapshot | None:
        """The run as it is stored, if this process still has it."""
        for snapshot in await self._store.load([run.run_id]):
            if not snapshot.run.status.ended and snapshot.run.epoch == run.epoch:
                self._around.store_time.observe(snapshot.now)
                return snapshot
        return None

    def announce(self, run: Run) -> None:
        if tenure := self._tenures.get(run.run_id):
            self._watch.unfollow(run.run_id, tenure)
        self._watch.announce(run)
        self._ended[run.run_id] = None
        if len(self._ended) > REMEMBERED:
            del self._ended[next(iter(self._ended))]

    async def _alive(self, body: Body) -> End | Why:
        try:
            return await self._live(body)
        except asyncio.CancelledError:
            if body.stopped is None:
                raise
            return body.stopped

    async def _serve(self, tenure: Tenure) -> None:
        run_id = tenure.run.run_id
        try:
            await tenure.serve()
        except Exception as error:
            logger.exception("run %s cannot go on in this process; its lease will run out", run_id)
            self._watch.strand(run_id, StrandedRunError(run_id, error))
        finally:
            if self._tenures.get(run_id) is tenure:
                del self._tenures[run_id]
                self._keeper.let_go(Held(run_id, tenure.run.epoch))
                self._residency.forget(run_id)
            self._watch.unfollow(run_id, tenure)
            self.left_behind += self.is_draining and tenure.is_left_behind
            self._on_left(tenure.is_released)

    def _on_parked(self, body: Body) -> None:
        if self._is_handing_back(body.run):
            self._begin(_stop_at_rest(body, Why.RELEASED))
            return
        for each in self._residency.parked(body):
            self._begin(_stop_at_rest(each, Why.DROPPED))

    def _is_handing_back(self, run: Run) -> bool:
        return run.mode in self._handing_back

    def _begin(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _stop_at_rest(body: Body, why: Why) -> None:
    await body.rest()
    if body.is_parked:
        body.stop(why)
