"""An application that is connected to its store: starts runs, waits for them, cancels, recovers."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, Generic, TypeVar, overload

from pikku.model.change import Applied, Held, Lease, Outcome, Refusal, RunCreated
from pikku.model.duration import Duration, parse_duration
from pikku.model.enact import Effect, enact
from pikku.model.errors import DrainingError, InvalidDataError, NobodyWorksError, RunEndedError, UnknownRunError
from pikku.model.ids import RunId, new_run_id
from pikku.model.payload import Json
from pikku.model.run import ExecutionMode, Run
from pikku.ports.clock import Chance, Clock
from pikku.ports.queue import Message, QueueService
from pikku.ports.store import Snapshot
from pikku.registry.codecs import Codec, encode
from pikku.registry.registry import Function, Registry, Workflow
from pikku.runtime.body import Body
from pikku.runtime.committer import Committer
from pikku.runtime.context import Context
from pikku.runtime.deadline import deadline
from pikku.runtime.handle import RunHandle
from pikku.runtime.invoke import Invoker
from pikku.runtime.leases import LeaseKeeper, new_owner
from pikku.runtime.live import End, live
from pikku.runtime.orchestrator import Orchestrator
from pikku.runtime.process import Process
from pikku.runtime.rpc import Rpc
from pikku.runtime.run_logger import RunLogger
from pikku.runtime.seats import Seats
from pikku.runtime.service import WorkflowService
from pikku.runtime.signals import Why
from pikku.runtime.stall import StallWatch
from pikku.runtime.step_worker import StepWorker
from pikku.runtime.store_time import StoreTime
from pikku.runtime.watch import Watch
from pikku.runtime.work import Scope, Work
from pikku.runtime.worker import Worker
from pikku.runtime.workflow import Workflow as WorkflowSteps
from pikku.runtime.workflow_context import WorkflowContext

S = TypeVar("S")
D = TypeVar("D")
C = TypeVar("C", bound=WorkflowContext[Any])  # a body may ask for the context whose types are generated
O = TypeVar("O")  # noqa: E741  the type of the output


class Client(Generic[S]):
    """What `app.connect()` gives. In inline mode it also is the process in which its runs are executed.

    With `work`, it executes what is due for others too; `scope` is what that comes to.
    """

    def __init__(
        self,
        registry: Registry,
        services: S,
        workflow_service: WorkflowService,
        queue: QueueService,
        clock: Clock,
        chance: Chance,
        work: Work | None,
        scope: Scope,
    ) -> None:
        self.services = services
        self.workflow_service = workflow_service
        self.queue_service = queue
        self.scope = scope
        self._registry = registry
        self._clock = clock
        self._chance = chance
        self._works = work is not None
        settings, store, store_time = workflow_service.settings, workflow_service.store, StoreTime(clock)
        self._invoker = Invoker(settings)
        self._stalls = StallWatch(settings.blocked_after_ms)
        self._committer = Committer(queue, store_time)
        self._watch = Watch(store, settings.poll_ms)
        self._keeper = LeaseKeeper(store, Lease(new_owner(chance), settings.lease_ms), clock, self._lost)
        process = Process(
            registry=registry,
            invoke=self._invoke,
            store=store,
            queue=queue,
            queue_names=workflow_service.queue_names,
            clock=clock,
            chance=chance,
            store_time=store_time,
            settings=settings,
            committer=self._committer,
            keeper=self._keeper,
            watch=self._watch,
            seats=Seats(registry, settings, (work or Work()).concurrency, lambda: self._worker.seat_left()),
        )
        self._orchestrator = Orchestrator(
            process,
            live=self._live,
            on_left=lambda is_released: self._worker.run_left(is_released),
            on_dispatched=lambda: self._worker.dispatched(),
        )
        self._step_worker = StepWorker(
            process,
            on_finished=self._orchestrator.tell,
            on_left=lambda is_due_again: self._worker.step_left(is_due_again),
        )
        self._worker = Worker(process, self._orchestrator, self._step_worker, work or Work(), scope)

    async def open(self) -> None:
        """Begin to work, until `close`."""
        self._stalls.start()
        self._watch.start()
        self._keeper.start()
        if self._works:
            self._worker.start()

    async def close(self, *, drain: bool = False) -> None:
        """Wait for the inline runs of this process, hand back the remote ones, or with `drain` all, and end."""
        self._orchestrator.hand_back(tuple(ExecutionMode) if drain else (ExecutionMode.REMOTE,))
        await self._worker.stop()
        await self._orchestrator.finished()
        await self._step_worker.finished()
        await self._end()

    async def abandon(self) -> None:
        """End at once, without a word to the store, as a crash would: for tests of what happens then."""
        await self._worker.abandon()
        await self._orchestrator.abandon()
        await self._step_worker.abandon()
        await self._committer.abandon()
        await self._end()

    @overload
    async def start(
        self, workflow: Callable[[C, D], Awaitable[O]], data: D, /, *, connection: Any = None
    ) -> RunHandle[O]: ...
    @overload
    async def start(self, workflow: Callable[[C], Awaitable[O]], /, *, connection: Any = None) -> RunHandle[O]: ...
    @overload
    async def start(self, workflow: str, data: Any = None, /, *, connection: Any = None) -> RunHandle[Any]: ...
    async def start(self, workflow: Any, data: Any = None, /, *, connection: Any = None) -> RunHandle[Any]:
        """Create a run, and return as soon as it is durable; its body then runs on its own.

        With a `connection` to the store's PostgreSQL database, in the transaction that it has begun: the run exists if that
        commits, and workers begin with it then.

        Raises `UnknownWorkflowError`, `InvalidDataError`, `PayloadError` or `StoreError`; then there is no run.
        """
        known = self._registry.workflow(workflow)
        run_id = await self._create(known, data, None, connection)
        # Within a transaction, it may never be there.
        started = None if connection else asyncio.get_running_loop().time()
        return self._handle(run_id, known.name, known.signature.result, started)

    @overload
    async def run(self, workflow: Callable[[C, D], Awaitable[O]], data: D, /) -> O: ...
    @overload
    async def run(self, workflow: Callable[[C], Awaitable[O]], /) -> O: ...
    @overload
    async def run(self, workflow: str, data: Any = None, /) -> Any: ...
    async def run(self, workflow: Any, data: Any = None, /) -> Any:
        """Start a run and return its result: see `start` and `RunHandle.result`."""
        handle = await self.start(workflow, data)
        return await handle.result()

    async def handle(self, run_id: str) -> RunHandle[Any]:
        """The handle of a run that exists. Raises `UnknownRunError`."""
        run = await self._known_run(run_id)
        return self._handle(run.run_id, run.workflow, self._output_of(run))

    async def cancel_run(self, run_id: str, reason: str = "cancelled") -> None:
        """End a running run as cancelled, wherever it is executed; steps under way are cancelled too.

        Raises `UnknownRunError`, or `RunEndedError` if it has ended already.
        """
        await self.workflow_service.cancel_run(run_id, reason)

    async def recover(self) -> Sequence[RunHandle[Any]]:
        """Take over all runs that are due now, such as those whose owner died; a run whose owner lives is not touched."""
        runs = await self._worker.recover()
        if not self._works and any(run.mode is ExecutionMode.REMOTE for run in runs):
            # Their steps are due in the store, for whoever works: that is this process now.
            self._works = True
            self._worker.start()
        return [self._handle(run.run_id, run.workflow, self._output_of(run)) for run in runs]

    async def drain(self, within: Duration | None = None) -> None:
        """Begin nothing new, let attempts under way end, and hand the runs back for recovery elsewhere.

        What has not ended `within` this time is cancelled and handed back too: it will be executed again.
        """
        self._orchestrator.hand_back()
        limit = None if within is None else parse_duration(within)
        try:
            async with deadline(self._clock, limit):
                await self._worker.stop()
                await self._orchestrator.finished()
                await self._step_worker.finished()
        except TimeoutError:
            self._release()
            await self._worker.stop()
            self._release()  # what the last claim has brought
            await self._orchestrator.finished()
            await self._step_worker.finished()

    @property
    def left_behind(self) -> int:
        """How many runs and remote steps `drain` could not hand back, as the store did not answer.

        Others take them when their leases end.
        """
        return self._orchestrator.left_behind + self._step_worker.left_behind

    def _release(self) -> None:
        self._orchestrator.release()
        self._step_worker.release()

    def renew_leases(self) -> None:
        """Show a sign of life for all runs of this process, now. Blocks; a thread does this all the time."""
        self._keeper.renew()

    @property
    def rpc(self) -> Rpc:
        """Calls functions of the application, outside of any workflow."""
        return Rpc(self)

    async def call_function(self, name: str, data: Any) -> Any:
        """For `Rpc.invoke`."""
        function = self._registry.function(name)
        what = f"the data of function {name!r}"
        decoded = function.signature.data.decode(encode(data, what, self.workflow_service.settings.value_limit), what)
        return await self._invoke(function, decoded)

    async def start_run(self, name: str, data: Any, run_id: RunId | None) -> RunId:
        """For `Rpc.start_workflow`."""
        return await self._create(self._registry.workflow(name), data, run_id)

    async def _create(self, workflow: Workflow, data: Any, run_id: RunId | None, connection: Any = None) -> RunId:
        if self._orchestrator.is_draining:
            raise DrainingError
        mode = self._mode_of(workflow)
        change = RunCreated(
            run_id=run_id or new_run_id(self._clock.now(), self._chance.token(10)),
            workflow=workflow.name,
            input_json=self._input_json(workflow, data),
            mode=mode,
            tags=workflow.wiring.tags,
            version=workflow.wiring.version,
            lease=self._keeper.lease if connection is None and self._is_mine(workflow, mode) else None,
        )
        asked_at = self._clock.now()
        outcome = await self._write_new(change, connection)
        if isinstance(outcome, Applied):
            if change.lease is not None:
                self._orchestrator.adopt(_newborn(change, outcome.at), asked_at)
        elif run_id is None or outcome.why is not Refusal.EXISTS:
            raise RunEndedError(change.run_id, outcome.why)
        return change.run_id

    async def _write_new(self, change: RunCreated, connection: Any) -> Outcome:
        queue = self.workflow_service.queue_names.of_runs(change.workflow)
        message = None if change.lease else Message(queue, change.run_id)
        if message is not None:
            self._watch.creates(change.run_id)
        if connection is None:
            return await self._committer.commit(change, message)
        if not self._works and change.mode is ExecutionMode.INLINE:
            raise NobodyWorksError(change.workflow)
        (outcome,) = await self.queue_service.apply([change], [message], connection=connection)
        return outcome

    def _mode_of(self, workflow: Workflow) -> ExecutionMode:
        has_queue = self.workflow_service.queue is not None
        return workflow.wiring.execution_mode or (ExecutionMode.REMOTE if has_queue else ExecutionMode.INLINE)

    def _is_mine(self, workflow: Workflow, mode: ExecutionMode) -> bool:
        """Whether a run that is started here is executed here."""
        return mode is ExecutionMode.INLINE or (self._orchestrator.claims and workflow.name in self.scope.workflows)

    def _input_json(self, workflow: Workflow, data: Any) -> Json:
        what = f"the input of workflow {workflow.name!r}"
        if not workflow.signature.takes_data and data is not None:
            raise InvalidDataError(what, "the workflow takes no data")
        text = encode(data, what, self.workflow_service.settings.value_limit)
        workflow.signature.data.decode(text, what)
        return text

    async def _live(self, body: Body) -> End | Why:
        workflow = self._registry.workflow(body.run.workflow)
        ctx = self._workflow_context(body)
        call = partial(self._invoker.call, workflow.call, workflow.signature, workflow.wiring.middleware, ctx)
        return await live(body, workflow, call)

    def _workflow_context(self, body: Body) -> WorkflowContext[S]:
        run = body.run
        logger = RunLogger(
            logging.getLogger(f"pikku.workflow.{run.workflow}"),
            run_id=run.run_id,
            workflow=run.workflow,
            is_replaying=lambda: body.is_replaying,
        )
        steps = WorkflowSteps(body, self._registry, self._invoke)
        return WorkflowContext(self.services, Rpc(self), logger, self.workflow_service, steps)

    async def _invoke(self, function: Function, data: Any) -> Any:
        logger = RunLogger(logging.getLogger(f"pikku.function.{function.name}"))
        ctx = Context(self.services, Rpc(self), logger, self.workflow_service)
        return await self._invoker.call(function.call, function.signature, function.middleware, ctx, data)

    async def _known_run(self, run_id: str) -> Run:
        run = await self.workflow_service.get_run(run_id)
        if run is None:
            raise UnknownRunError(run_id)
        return run

    def _output_of(self, run: Run) -> Codec:
        known = run.workflow in self._registry.workflow_names
        return self._registry.workflow(run.workflow).signature.result if known else Codec(Any)

    def _handle(self, run_id: RunId, workflow: str, output: Codec, started: float | None = None) -> RunHandle[Any]:
        return RunHandle(run_id, workflow, output, self._watch, self._clock, started)

    def _lost(self, held: Held) -> None:
        if held.key is None:
            self._orchestrator.lost(held)
        else:
            self._step_worker.lost(held)

    async def _end(self) -> None:
        await self._watch.stop()
        await self._keeper.stop()
        await self._committer.close()
        self._invoker.close()
        self._stalls.stop()


def _newborn(change: RunCreated, at: int) -> Snapshot:
    effect = enact(change, None, {}, at)
    if not isinstance(effect, Effect) or effect.run is None:
        raise AssertionError("a run that was created is refused by the reference")
    return Snapshot(effect.run, {}, at)
