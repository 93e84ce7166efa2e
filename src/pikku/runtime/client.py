"""An application that is connected to its store: starts runs, waits for them, cancels, recovers."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Generic, TypeVar, overload

from pikku.model.change import Applied, Lease, Refusal, RunCreated
from pikku.model.enact import Effect, enact
from pikku.model.errors import DrainingError, InvalidDataError, RunEndedError, UnknownRunError
from pikku.model.ids import RunId, new_run_id
from pikku.model.payload import Json
from pikku.model.run import ExecutionMode, Run
from pikku.ports.clock import Chance, Clock
from pikku.ports.store import Snapshot
from pikku.registry.codecs import Codec, encode
from pikku.registry.registry import Function, Registry, Workflow
from pikku.runtime.body import Body
from pikku.runtime.claimer import Claimer
from pikku.runtime.committer import Committer
from pikku.runtime.context import Context
from pikku.runtime.handle import RunHandle
from pikku.runtime.invoke import Invoker
from pikku.runtime.leases import LeaseKeeper, new_owner
from pikku.runtime.live import End, live
from pikku.runtime.orchestrator import Orchestrator
from pikku.runtime.rpc import Rpc
from pikku.runtime.run_logger import RunLogger
from pikku.runtime.service import WorkflowService
from pikku.runtime.signals import Why
from pikku.runtime.stall import StallWatch
from pikku.runtime.store_time import StoreTime
from pikku.runtime.watch import Watch
from pikku.runtime.workflow import Workflow as WorkflowSteps
from pikku.runtime.workflow_context import WorkflowContext

S = TypeVar("S")
D = TypeVar("D")
O = TypeVar("O")  # noqa: E741  the type of the output


class Client(Generic[S]):
    """What `app.connect()` gives. In inline mode it also is the process in which its runs are executed."""

    def __init__(
        self, registry: Registry, services: S, workflow_service: WorkflowService, clock: Clock, chance: Chance
    ) -> None:
        self.services = services
        self.workflow_service = workflow_service
        self._registry = registry
        self._clock = clock
        self._chance = chance
        settings, store = workflow_service.settings, workflow_service.store
        store_time = StoreTime(clock)
        self._lease = Lease(new_owner(chance), settings.lease_ms)
        self._invoker = Invoker(settings)
        self._stalls = StallWatch(settings.blocked_after_ms)
        self._committer = Committer(store, store_time)
        self._watch = Watch(store, settings.poll_ms)
        self._keeper = LeaseKeeper(store, self._lease, lambda run_id, epoch: self._orchestrator.lost(run_id, epoch))
        self._orchestrator = Orchestrator(
            store=store,
            committer=self._committer,
            keeper=self._keeper,
            watch=self._watch,
            clock=clock,
            chance=chance,
            store_time=store_time,
            settings=settings,
            live=self._live,
        )
        self._claimer = Claimer(store, self._lease, registry.workflow_names, self._orchestrator, settings.poll_ms)

    async def open(self, *, recover: bool = False) -> None:
        """Begin to work; with `recover`, also on due runs that others have left, until `close`."""
        self._stalls.start()
        self._watch.start()
        self._keeper.start()
        if recover:
            self._claimer.start()

    async def close(self, *, drain: bool = False) -> None:
        """Wait for the runs of this process, or hand them back, and end."""
        await self._claimer.stop()
        if drain:
            await self._orchestrator.drain()
        await self._orchestrator.finished()
        await self._end()

    async def abandon(self) -> None:
        """End at once, without a word to the store, as a crash would: for tests of what happens then."""
        await self._claimer.stop()
        await self._orchestrator.abandon()
        await self._committer.abandon()
        await self._end()

    @overload
    async def start(self, workflow: Callable[[WorkflowContext[Any], D], Awaitable[O]], data: D, /) -> RunHandle[O]: ...
    @overload
    async def start(self, workflow: Callable[[WorkflowContext[Any]], Awaitable[O]], /) -> RunHandle[O]: ...
    @overload
    async def start(self, workflow: str, data: Any = None, /) -> RunHandle[Any]: ...
    async def start(self, workflow: Any, data: Any = None, /) -> RunHandle[Any]:
        """Create a run, and return as soon as it is durable; its body then runs on its own.

        Raises `UnknownWorkflowError`, `InvalidDataError`, `PayloadError` or `StoreError`; then there is no run.
        """
        known = self._registry.workflow(workflow)
        run_id = await self._create(known, data, None)
        return self._handle(run_id, known.name, known.signature.result)

    @overload
    async def run(self, workflow: Callable[[WorkflowContext[Any], D], Awaitable[O]], data: D, /) -> O: ...
    @overload
    async def run(self, workflow: Callable[[WorkflowContext[Any]], Awaitable[O]], /) -> O: ...
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
        runs = await self._claimer.sweep()
        return [self._handle(run.run_id, run.workflow, self._output_of(run)) for run in runs]

    async def drain(self) -> None:
        """Begin nothing new, let attempts under way end, and hand the runs back for recovery elsewhere."""
        await self._claimer.stop()
        await self._orchestrator.drain()

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
        return await self._call_function(function, decoded)

    async def start_run(self, name: str, data: Any, run_id: RunId | None) -> RunId:
        """For `Rpc.start_workflow`."""
        return await self._create(self._registry.workflow(name), data, run_id)

    async def _create(self, workflow: Workflow, data: Any, run_id: RunId | None) -> RunId:
        if self._orchestrator.is_draining:
            raise DrainingError
        change = RunCreated(
            run_id=run_id or new_run_id(self._clock.now(), self._chance.token(10)),
            workflow=workflow.name,
            input_json=self._input_json(workflow, data),
            mode=ExecutionMode.INLINE,
            tags=workflow.wiring.tags,
            version=workflow.wiring.version,
            lease=self._lease,
        )
        outcome = await self._committer.commit(change)
        if isinstance(outcome, Applied):
            self._orchestrator.adopt(_newborn(change, outcome.at))
        elif run_id is None or outcome.why is not Refusal.EXISTS:
            raise RunEndedError(change.run_id, outcome.why)
        return change.run_id

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

        async def call(data: Any) -> Any:
            return await self._invoker.call(workflow.call, workflow.signature, workflow.wiring.middleware, ctx, data)

        return await live(body, workflow, call)

    def _workflow_context(self, body: Body) -> WorkflowContext[S]:
        run = body.run
        logger = RunLogger(
            logging.getLogger(f"pikku.workflow.{run.workflow}"),
            run_id=run.run_id,
            workflow=run.workflow,
            is_replaying=lambda: body.is_replaying,
        )
        steps = WorkflowSteps(body, self._registry, self._call_function)
        return WorkflowContext(self.services, Rpc(self), logger, self.workflow_service, steps)

    async def _call_function(self, function: Function, data: Any) -> Any:
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

    def _handle(self, run_id: RunId, workflow: str, output: Codec) -> RunHandle[Any]:
        return RunHandle(run_id, workflow, output, self._watch, self._clock)

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
