"""All remote steps that this process executes."""

import asyncio
import logging
from collections.abc import Callable

from pikku.engine.settle import Failed, Succeeded, attempt_over, given_back, worker_change
from pikku.model.change import Applied, Held, RunWoken, Standing
from pikku.model.enact import stand
from pikku.model.errors import StoreError
from pikku.model.ids import RunId
from pikku.model.pauses import next_pause
from pikku.model.step import Step
from pikku.ports.queue import Message
from pikku.ports.store import ClaimedStep
from pikku.registry.secrets import concealing, keep_secrets
from pikku.runtime.assignment import Assignment
from pikku.runtime.attempt import execute_attempt
from pikku.runtime.executable import executable_rpc
from pikku.runtime.process import Process

logger = concealing(logging.getLogger("pikku.steps"))


class StepWorker:
    """Executes steps that have been claimed, under leases of their own.

    `on_finished` hears of those that are finished, `on_left` of every step that is not this process' any more, and whether it is
    to be executed again.
    """

    def __init__(
        self,
        process: Process,
        *,
        on_finished: Callable[[Step], None],
        on_left: Callable[[bool], None],
    ) -> None:
        self.left_behind = 0
        self._registry = process.registry
        self._invoke = process.invoke
        self._committer = process.committer
        self._keeper = process.keeper
        self._watch = process.watch
        self._clock = process.clock
        self._chance = process.chance
        self._settings = process.settings
        self._queue_names = process.queue_names
        self._seats = process.seats
        self._on_finished = on_finished
        self._on_left = on_left
        self._working: dict[tuple[RunId, str], Assignment] = {}

    def has(self, run_id: RunId, key: str) -> bool:
        """Whether this process executes that step now."""
        return (run_id, key) in self._working

    def take(self, claimed: ClaimedStep, asked_at: int) -> None:
        """Execute a step that this process has claimed, which it asked for when its clock was at `asked_at`."""
        step = claimed.step
        if before := self._working.get((step.run_id, step.key)):
            before.drop()
        assignment = self._working[step.run_id, step.key] = Assignment(claimed, asked_at)
        self._seats.take()
        self._keeper.hold(assignment.held, asked_at)
        assignment.task = asyncio.create_task(self._work(assignment))
        # A task that is cancelled before its first step has no `finally`.
        assignment.task.add_done_callback(lambda _: self._end(assignment))

    def lost(self, held: Held) -> None:
        """Somebody else has the step, or its run has ended."""
        assignment = self._working.get((held.run_id, held.key or ""))
        if assignment is not None and assignment.held == held:
            assignment.drop()

    async def finished(self) -> None:
        """Return when this process executes no step any more."""
        while tasks := [each.task for each in self._working.values() if each.task is not None]:
            await asyncio.wait(tasks)
            await asyncio.sleep(0)

    def release(self) -> None:
        """Give back what is being executed: it is cancelled, and another worker executes it again."""
        for assignment in self._working.values():
            assignment.give_back()

    async def abandon(self) -> None:
        """Drop everything at once, without a word to the store: as the end of the process would."""
        for assignment in self._working.values():
            assignment.abandon()
        await self.finished()

    async def _work(self, assignment: Assignment) -> None:
        step = assignment.step
        keep_secrets()
        alarm = self._clock.call_later(self._settings.show_running_after_ms, lambda: self._follow(assignment))
        try:
            await self._keeper.make_sure(assignment.asked_at)
            if not assignment.dropped:
                await self._record(assignment, await self._outcome(assignment))
        except asyncio.CancelledError:
            if not assignment.dropped:
                raise
        except Exception:
            logger.exception("step %r of run %s cannot be worked on; its lease will run out", step.key, step.run_id)
        finally:
            alarm.cancel()

    def _end(self, assignment: Assignment) -> None:
        step = assignment.step
        self._seats.leave()
        self._keeper.let_go(assignment.held)
        self._watch.unfollow(step.run_id, assignment)
        if self._working.get((step.run_id, step.key)) is assignment:
            del self._working[step.run_id, step.key]
        self._on_left(assignment.is_due_again)

    def _follow(self, assignment: Assignment) -> None:
        """Hear when the run ends, now that the step takes its time."""
        self._watch.follow(assignment.step.run_id, assignment)
        self._watch.look(assignment.step.run_id)

    async def _outcome(self, assignment: Assignment) -> Standing:
        step = assignment.step
        if assignment.returned:
            return given_back(step)
        assignment.executes = True
        try:
            result = await self._attempt(step)
        except asyncio.CancelledError:
            if assignment.dropped or not assignment.returned:
                raise
            return given_back(step)
        finally:
            assignment.executes = False
        return attempt_over(step.call, step.attempt_count, result, self._chance.fraction())

    async def _attempt(self, step: Step) -> Succeeded | Failed:
        function = self._registry.function(step.call.rpc_name or "")
        return await execute_attempt(
            executable_rpc(step.call, function, self._invoke),
            step.attempt_count,
            run_id=step.run_id,
            clock=self._clock,
            value_limit=self._settings.value_limit,
        )

    async def _record(self, assignment: Assignment, standing: Standing) -> None:
        """Write where the step stands, however long the store takes to answer again: the result is worth it.

        But what is given back, because this process has no time any more, is left to its lease.
        """
        pause = 0
        while not assignment.dropped:
            try:
                await self._write(assignment, standing)
                break
            except StoreError as error:
                what = f"step {assignment.step.key!r} of run {assignment.step.run_id}"
                if assignment.returned:
                    self.left_behind += 1
                    logger.warning("could not hand back %s, its lease will run out: %s", what, error)
                    break
                logger.warning("could not record the end of %s, trying again: %s", what, error)
            pause = next_pause(pause)
            await self._clock.sleep(pause)

    async def _write(self, assignment: Assignment, standing: Standing) -> None:
        step = assignment.step
        change, woken = worker_change(step, standing), RunWoken(run_id=step.run_id)
        if not standing.status.final:
            await self._committer.commit(change, None if standing.due_in else self._message(assignment))
            assignment.is_due_again = True
            return
        queue = self._queue_names.of_runs(assignment.workflow)
        outcome = await self._committer.commit(change, Message(queue, step.run_id), along=[woken])
        if isinstance(outcome, Applied):
            self._on_finished(stand(step, standing, outcome.at))

    def _message(self, assignment: Assignment) -> Message:
        step = assignment.step
        queue = self._queue_names.of_steps(assignment.workflow, step.call.rpc_name or "")
        return Message(queue, step.run_id, step.key)
