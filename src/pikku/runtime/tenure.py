"""This process' time with one run: from taking it over to its end, or to handing it back."""

import asyncio
import logging
from collections.abc import Collection
from typing import Protocol

from pikku.engine.settle import run_over
from pikku.model.change import Applied, RunMoved, RunReleased
from pikku.model.enact import Effect, enact
from pikku.model.errors import StoreError
from pikku.model.pauses import LONGEST_MS, next_pause
from pikku.model.run import Run
from pikku.ports.queue import Message
from pikku.ports.store import Snapshot
from pikku.runtime.body import Body, Surroundings
from pikku.runtime.live import End
from pikku.runtime.signals import Why

logger = logging.getLogger("pikku.runs")


class Office(Protocol):
    """What a tenure needs of the process that it is in."""

    @property
    def claims(self) -> bool:
        """Whether the process takes over what is due, so that it may hand back a run that it does not need for a while."""

    async def live(self, body: Body) -> End | Why: ...
    async def reload(self, run: Run) -> Snapshot | None: ...
    def announce(self, run: Run) -> None: ...


class Tenure:
    """Bodies of one run, one after the other: a dropped one is replayed when its time has come.

    A process that takes over what is due hands the run of a dropped body back until then, and keeps nothing of it.
    """

    def __init__(self, snapshot: Snapshot, around: Surroundings, office: Office) -> None:
        self._run = snapshot.run
        self._around = around
        self._office = office
        self._body = Body(snapshot, around)
        self._nap: asyncio.Future[None] | None = None
        self._order: Why | None = None
        self._pause_ms = self._calm_at = 0
        self._ends = self.is_released = self.is_left_behind = False

    @property
    def run(self) -> Run:
        return self._run

    @property
    def body(self) -> Body:
        return self._body

    async def serve(self) -> None:
        """Return when the run has ended, or is not this process' any more."""
        end = await self._live()
        while end is Why.OUT_OF_STEP or (end is Why.DROPPED and not self._office.claims):
            pause = self._body.resumes_in if end is Why.DROPPED else None
            end = await self._resume_after(self._next_pause() if pause is None else pause)
        if end in (Why.RELEASED, Why.DROPPED):
            await self._release()

    def stop(self, why: Why) -> None:
        """End the tenure as soon as may be."""
        self._order = why
        self._body.stop(why)
        if self._nap is not None:
            self._nap.cancel()

    def asks(self) -> Collection[str] | None:
        return None if self._ends else tuple(self._body.unfinished)

    def take(self, snapshot: Snapshot, asked: Collection[str]) -> None:
        """News of the run, and of the steps with these keys."""
        if snapshot.run.status.ended:
            self.stop(Why.ENDED)
        elif snapshot.run.epoch > self._run.epoch:  # an older one was read before this tenure began
            self.stop(Why.LOST)
        else:
            self._body.learn(snapshot, asked)

    def drain(self) -> None:
        """Hand the run back as soon as nothing of it is being executed."""
        if self._nap is not None:
            self.stop(Why.RELEASED)
        elif self._body.is_parked:
            self._around.on_parked(self._body)

    async def _live(self) -> Why:
        end = await self._office.live(self._body)
        return end if isinstance(end, Why) else await self._finish(end)

    async def _resume_after(self, ms: int) -> Why:
        if self._around.is_handing_back(self._run):
            return Why.RELEASED
        await self._take_nap(ms)
        try:
            snapshot = None if self._order else await self._office.reload(self._run)
        except StoreError as error:
            logger.warning("could not read run %s, trying again: %s", self._run.run_id, error)
            return Why.OUT_OF_STEP
        if self._order is not None or snapshot is None:
            return self._order or Why.LOST
        self._run, self._body = snapshot.run, Body(snapshot, self._around, self._body.in_doubt)
        return await self._live()

    async def _finish(self, end: End) -> Why:
        change = run_over(self._run.run_id, self._run.epoch, end)
        self._ends = True
        try:
            outcome = await self._around.committer.commit(change)
        except StoreError as error:
            logger.warning("could not record the end of run %s, trying again: %s", self._run.run_id, error)
            return Why.OUT_OF_STEP
        finally:
            self._ends = False
        if isinstance(outcome, Applied):
            self._office.announce(self._ended(change, outcome.at))
        return Why.ENDED

    def _ended(self, change: RunMoved, at: int) -> Run:
        effect = enact(change, self._run, {}, at)
        return effect.run if isinstance(effect, Effect) and effect.run else self._run

    async def _release(self) -> None:
        run, body = self._run, self._body
        due_in, wakes = body.resumes_in, body.wakes
        if wakes is None:
            # Workers have finished steps since the run was read: to be due at once does no harm.
            due_in, wakes = 0, run.wakes
        change = RunReleased(run_id=run.run_id, epoch=run.epoch, due_in=due_in, seen_wakes=wakes)
        message = None if due_in else Message(self._around.queue_names.of_runs(run.workflow), run.run_id)
        try:
            await self._around.committer.commit(change, message)
            self.is_released = True
        except StoreError as error:
            self.is_left_behind = True
            logger.warning("could not hand back run %s, its lease will run out: %s", run.run_id, error)

    async def _take_nap(self, ms: int) -> None:
        if self._order is not None:
            return
        self._nap = asyncio.ensure_future(self._around.clock.sleep(ms))
        try:
            await self._nap
        except asyncio.CancelledError:
            if self._order is None:
                raise
        finally:
            self._nap = None

    def _next_pause(self) -> int:
        # What went wrong long ago makes nobody wait longer.
        now = self._around.clock.now()
        self._pause_ms = next_pause(0 if now > self._calm_at else self._pause_ms)
        self._calm_at = now + self._pause_ms + LONGEST_MS
        return self._pause_ms
