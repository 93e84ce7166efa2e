"""The part of a process that works for others: on whatever runs, steps and jobs are due."""

import logging
import traceback
from collections.abc import Sequence
from functools import partial

from pikku.model.errors import QueueError, StepError
from pikku.model.payload import Json
from pikku.model.run import Run
from pikku.registry.registry import Function
from pikku.registry.secrets import concealed, keep_secrets
from pikku.runtime.background import Background
from pikku.runtime.claimer import Claimer
from pikku.runtime.due import DueRuns, DueSteps
from pikku.runtime.housekeeping import Housekeeping, rules_for
from pikku.runtime.orchestrator import Orchestrator
from pikku.runtime.process import Process
from pikku.runtime.step_worker import StepWorker
from pikku.runtime.work import Scope, Work

logger = logging.getLogger("pikku.worker")

RUNS_PER_CLAIM = 200


class Worker:
    """Claims what is due, from `start` to `stop`; the orchestrator and the step worker do it."""

    def __init__(
        self,
        process: Process,
        orchestrator: Orchestrator,
        step_worker: StepWorker,
        work: Work,
        scope: Scope,
    ) -> None:
        self._queue = process.queue
        self._registry = process.registry
        self._invoke = process.invoke
        self._keeper = process.keeper
        self._seats = process.seats
        self._orchestrator = orchestrator
        self._work = work
        self._scope = scope
        poll_ms = process.settings.poll_ms
        self._due_runs = DueRuns(process, scope.workflows, orchestrator, work.runs)
        self._due_steps = DueSteps(process, scope.lanes, orchestrator, step_worker)
        self._run_claimer = Claimer(self._due_runs, process.keeper, process.clock, poll_ms)
        self._step_claimer = Claimer(self._due_steps, process.keeper, process.clock, poll_ms)
        self._jobs = Background()
        settings = process.settings
        rules = rules_for(process.registry, scope.workflows, settings.retention)
        self._housekeeping = Housekeeping(process.store, rules, process.clock, process.chance, settings.prune_ms)

    def start(self) -> None:
        """Begin to work on what is due."""
        if self._work.orchestrate:
            self._orchestrator.claims = True
            self._run_claimer.start(partial(self._queue.receive, self._scope.run_queues))
            self._housekeeping.start()
        if self._scope.lanes:
            self._seats.open(self._scope.lanes)
            self._step_claimer.start(partial(self._queue.receive, self._scope.step_queues))
        if self._scope.job_queues:
            self._jobs.start(self._consume())

    async def stop(self) -> None:
        """Take over nothing more; plain jobs under way are let end. Safe when never started, and twice."""
        self._seats.close()
        await self._housekeeping.stop()
        await self._run_claimer.stop()
        await self._step_claimer.stop()
        await self._jobs.stop()

    async def abandon(self) -> None:
        """Drop everything at once, as the end of the process would."""
        await self._housekeeping.stop()
        await self._run_claimer.abandon()
        await self._step_claimer.abandon()
        await self._jobs.stop()

    async def recover(self) -> Sequence[Run]:
        """Take over all runs that are due now."""
        await self._keeper.catch_up()
        taken: list[Run] = []
        while runs := await self._due_runs.take(RUNS_PER_CLAIM):
            taken += runs
        return taken

    def run_left(self, is_released: bool) -> None:
        """A run is not this process' any more."""
        if is_released:
            self._run_claimer.look()
        else:
            self._run_claimer.freed()

    def dispatched(self) -> None:
        """This process has just recorded a step for step workers."""
        self._step_claimer.look()

    def seat_left(self) -> None:
        """A step that stayed with its body has been executed."""
        self._step_claimer.freed()

    def step_left(self, is_due_again: bool) -> None:
        """A step is not this process' any more."""
        if is_due_again:
            self._step_claimer.look()
        else:
            self._step_claimer.freed()

    async def _consume(self) -> None:
        handlers = {
            queue: partial(self._execute_job, self._registry.queue_workers[queue]) for queue in self._scope.job_queues
        }
        try:
            await self._queue.consume(handlers, self._work.concurrency)
        except QueueError as error:
            logger.warning("no plain jobs are executed here: %s", error)

    async def _execute_job(self, function: Function, data: Json) -> None:
        what = f"the data of a job for function {function.name!r}"
        keep_secrets()
        try:
            await self._invoke(function, function.signature.data.decode(data, what))
        except Exception as error:
            # Queues log and keep what a job raises, with its causes.
            whole = "".join(traceback.format_exception(error))
            if concealed(whole) != whole:
                raise StepError(f"{type(error).__name__}: {concealed(str(error))}") from None
            raise
