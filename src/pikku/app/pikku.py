"""The application: which functions and workflows there are, and what they share."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Generic, TypeVar, overload

from pikku.app.adapters import queue_from, store_from
from pikku.app.configuration import DEFAULT_STORE, Configuration, read_configuration, retention_of
from pikku.app.modules import load_module
from pikku.app.services import Services, created
from pikku.model.errors import ConfigurationError, RemoteWithoutQueueError
from pikku.model.retention import Retention
from pikku.model.run import ExecutionMode
from pikku.ports.clock import Chance, Clock
from pikku.ports.queue import QueueService
from pikku.ports.store import Store
from pikku.queues.store_queue import StoreQueue
from pikku.registry.marks import FunctionMark, Middleware, mark_of, new_wiring
from pikku.registry.registry import Registry
from pikku.runtime.client import Client
from pikku.runtime.service import WorkflowService
from pikku.runtime.system import SystemChance, SystemClock
from pikku.runtime.work import Work, scope_of

S = TypeVar("S")


class Pikku(Generic[S]):
    """One application.

    `services` makes what all functions share, once for each connection; `include` names the modules whose marked
    functions and workflows belong to it. They are imported at the first connection.

        app = Pikku(services=create_singleton_services, include=["shop.functions", "shop.workflows"])
        app.wire_workflow(name="onboarding", func=onboarding, tags=["users"])

        async with app.connect() as pikku:
            print(await pikku.run(onboarding, Onboarding(email="a@b.c")))
    """

    @overload
    def __init__(
        self: "Pikku[S]", services: Callable[[], AbstractAsyncContextManager[S]], include: Sequence[str] = ()
    ) -> None: ...
    @overload
    def __init__(self: "Pikku[S]", services: Callable[[], Awaitable[S]], include: Sequence[str] = ()) -> None: ...
    @overload
    def __init__(self: "Pikku[S]", services: Callable[[], S], include: Sequence[str] = ()) -> None: ...
    @overload
    def __init__(self: "Pikku[Services]", services: None = None, include: Sequence[str] = ()) -> None: ...
    def __init__(self, services: Callable[[], Any] | None = None, include: Sequence[str] = ()) -> None:
        self._services = services
        self._include = [include] if isinstance(include, str) else list(include)
        self._registry = Registry()

    def wire_workflow(
        self,
        *,
        name: str,
        func: Callable[..., Awaitable[Any]],
        description: str | None = None,
        tags: Sequence[str] = (),
        execution_mode: str | None = None,
        middleware: Sequence[Middleware] = (),
        docs: str | None = None,
        version: str | None = None,
        retention: Retention | None = None,
    ) -> None:
        """Register a body marked with `@workflow_func` under a name. Raises `DefinitionError` for what cannot work.

        `retention` says how long its runs are kept, instead of the retention of the `WorkflowService`.
        """
        wiring = new_wiring(name, description, tags, execution_mode, middleware, docs, version, retention)
        self._registry.add_workflow(wiring, func)

    def wire_queue_worker(self, *, queue_name: str, func: Callable[..., Any]) -> None:
        """Have a function marked with `@func` execute the plain jobs of a queue, in every process that works.

        Jobs are added with `queue_service.add(queue_name, data)`, by anybody. Raises `DefinitionError` for what cannot work.
        """
        self._registry.add_queue_worker(queue_name, func)

    def add_functions(self, *functions: Callable[..., Any]) -> None:
        """Register marked functions one by one, for those who do not want to include a whole module."""
        for function in functions:
            mark = mark_of(function)
            if isinstance(mark, FunctionMark):
                self._registry.add_function(mark, function)
            else:
                self._registry.function(function)

    @property
    def registry(self) -> Registry:
        """Everything that is registered, after importing what is included."""
        while self._include:
            name = self._include[0]
            self._registry.include(load_module(name, f"Pikku(include=[{name!r}])"))
            self._include.pop(0)
        return self._registry

    @asynccontextmanager
    async def connect(
        self,
        store: str | Store | WorkflowService | None = None,
        *,
        queue: str | QueueService | None = None,
        work: bool | Work = False,
        clock: Clock | None = None,
        chance: Chance | None = None,
    ) -> AsyncIterator[Client[S]]:
        """Open the store and begin to work.

        `store` is an address, a store, or a `WorkflowService`; without one it is as configured, else the services' own
        `workflow_service`, else `sqlite:///pikku.db`. `queue` is `"store"`, `"pgqueuer"`, `"bullmq"`, `"none"`, or a queue;
        without one it is as configured, unless a `WorkflowService` says it.

        With `work`, whatever is due is executed here too, as `Work` says: runs that others have started or left, and the
        steps of remote runs. Leaving the block waits for the inline runs that are executed here, and hands remote ones back;
        leaving it by an exception hands all of them back.
        """
        registry = self.registry
        async with created(self._services) as services:
            configuration = read_configuration()
            service = _workflow_service(store, queue, services, configuration)
            _refuse_remote(registry, service)
            done = (Work() if work is True else work) or None
            # An unknown queue must not create a store.
            scope = scope_of(done or Work(), registry, service.queue_names)
            async with service.opened(migrate=configuration.migrate), _opened_queue(service) as open_queue:
                client: Client[S] = Client(
                    registry,
                    services,
                    service,
                    open_queue,
                    clock or SystemClock(),
                    chance or SystemChance(),
                    done,
                    scope,
                )
                async with _working(client):
                    yield client

    @asynccontextmanager
    async def own_workflow_service(self) -> AsyncIterator[WorkflowService | None]:
        """The workflow service that the services bring with them, not open yet; `None` if they bring none."""
        async with created(self._services) as services:
            yield _own_service(services)


def service_for(
    store: str | Store, configuration: Configuration, queue: str | QueueService | None = None
) -> WorkflowService:
    """The workflow service of a store, with the configured sizes and times, and the given or the configured queue."""
    chosen = configuration.queue if queue is None else queue
    return WorkflowService(
        store_from(store) if isinstance(store, str) else store,
        queue_from(chosen) if isinstance(chosen, str) else chosen,
        lease=configuration.lease,
        value_limit=configuration.value_limit,
        resident_bodies=configuration.resident_bodies,
        longest_wait=configuration.longest_wait,
        migrate=configuration.migrate,
        single_queue=configuration.workflows.single_queue,
        cpu_processes=configuration.cpu_processes,
        blocked_after=configuration.blocked_after,
        hand_off=configuration.hand_off,
        retention=retention_of(configuration),
    )


def _workflow_service(
    store: str | Store | WorkflowService | None,
    queue: str | QueueService | None,
    services: Any,
    configuration: Configuration,
) -> WorkflowService:
    chosen = store or configuration.store or _own_service(services) or DEFAULT_STORE
    if not isinstance(chosen, WorkflowService):
        return service_for(chosen, configuration, queue)
    if queue is not None:
        raise ConfigurationError("the WorkflowService has its own queue; give the queue to it, not to connect()")
    return chosen


@asynccontextmanager
async def _opened_queue(service: WorkflowService) -> AsyncIterator[QueueService]:
    queue = service.queue or StoreQueue()
    await queue.open(service.store)
    try:
        yield queue
    finally:
        await queue.close()


def _own_service(services: Any) -> WorkflowService | None:
    own = getattr(services, "workflow_service", None)
    return own if isinstance(own, WorkflowService) else None


def _refuse_remote(registry: Registry, service: WorkflowService) -> None:
    for workflow in registry.workflows:
        if service.queue is None and workflow.wiring.execution_mode is ExecutionMode.REMOTE:
            raise RemoteWithoutQueueError(workflow.name)


@asynccontextmanager
async def _working(client: Client[Any]) -> AsyncIterator[None]:
    await client.open()
    try:
        yield
    except BaseException:
        await client.close(drain=True)
        raise
    await client.close()
