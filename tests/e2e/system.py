"""What the end-to-end tests work with: a store, a clock, and processes."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from tests.environment import BULLMQ, PGQUEUER, marks_of
from tests.schemas import SCHEMAS, TenantStore
from tests.servers import Servers

from pikku import Client, MemoryStore, Pikku, WorkflowService
from pikku.ports.queue import QueueService
from pikku.ports.store import RunQuery, Store
from pikku.queues.store_queue import StoreQueue
from pikku.stores.file import FileStore
from pikku.stores.redis import RedisStore
from pikku.stores.sqlite import SqliteStore
from pikku.testing.clock import VirtualClock
from pikku.testing.servers.fixtures import new_redis_prefix

NewQueue = Callable[[], QueueService | None]
"""How each process of a system makes its queue; `None` is inline mode."""

PATIENCE = 30.0
"""Seconds of real time after which what should happen does not happen any more."""

STORES: dict[str, Callable[[Path, Servers, VirtualClock], Store]] = {
    "memory": lambda folder, servers, clock: MemoryStore(clock=clock),
    "file": lambda folder, servers, clock: FileStore(folder / "state", clock=clock),
    "sqlite": lambda folder, servers, clock: SqliteStore(folder / "state.db", clock=clock),
    "postgres": lambda folder, servers, clock: TenantStore(servers.postgres, SCHEMAS.take(), clock),
    "redis": lambda folder, servers, clock: RedisStore(servers.redis, prefix=new_redis_prefix(), clock=clock),
}
"""How to make an empty store: in a folder of its own, or on a server, in an empty schema or under a prefix of its own."""

QUEUES: dict[str, Callable[[Servers], NewQueue]] = {
    "inline": lambda servers: lambda: None,
    "workers": lambda servers: StoreQueue,
}
"""Inline mode, and remote mode through the queues that there are in this environment: in the store's database."""

BESIDE = dict(QUEUES)
"""The same for a store that joins no transactions, and does not say where its database is."""

if PGQUEUER:
    from pikku.queues.pgqueuer import PgQueuerQueue

    QUEUES["pgqueuer"] = lambda servers: PgQueuerQueue
    BESIDE["pgqueuer"] = lambda servers: partial(PgQueuerQueue, servers.postgres)

if BULLMQ:
    from pikku.queues.bullmq import BullMQQueue

    def _bullmq(servers: Servers) -> NewQueue:
        return partial(BullMQQueue, servers.redis, prefix=new_redis_prefix())

    QUEUES["bullmq"] = BESIDE["bullmq"] = _bullmq

HOMES = {"pgqueuer": "postgres", "bullmq": "redis"}
"""The store in whose database a queue is, for those that are not in every store's."""

SYSTEMS = [(store, queue) for store in STORES for queue in QUEUES if HOMES.get(queue, store) == store]
"""Every store with every queue that can be in the same database."""

REMOTE = [system for system in SYSTEMS if system[1] != "inline"]


def each_of(systems: Sequence[tuple[str, str]]) -> list[Any]:
    """As parameters of tests, with the mark of their environment."""
    return [pytest.param(system, id="-".join(system), marks=marks_of(system[1])) for system in systems]


RESIDENCY = {"resident": "100d", "dropped": 0}


def hands_off(longest_wait: Any) -> bool:
    """Whether lone remote steps stay with their bodies, or all go through the queue: the former where bodies stay too."""
    return bool(longest_wait)


class System:
    """A store and a clock, and processes that work on them."""

    def __init__(self, store: Store, clock: VirtualClock, longest_wait: Any, queue: NewQueue) -> None:
        self.store = store
        self.clock = clock
        self._longest_wait = longest_wait
        self._queue = queue

    def connect(
        self, app: Pikku[Any], *, lease: str = "30s", **options: Any
    ) -> AbstractAsyncContextManager[Client[Any]]:
        """A process of the application; in remote mode, a worker."""
        service = self.service(lease)
        return app.connect(service, clock=self.clock, **{"work": service.queue is not None, **options})

    def service(self, lease: str = "30s", **options: Any) -> WorkflowService:
        return WorkflowService(
            _StaysOpen(self.store, self.clock),
            self._queue(),
            lease=lease,
            longest_wait=self._longest_wait,
            hand_off=hands_off(self._longest_wait),
            value_limit=4096,
            **options,
        )

    def over(self, store: Any) -> "System":
        """The same for other processes, which see the store in another way."""
        return System(store, self.clock, self._longest_wait, self._queue)

    async def run(self, app: Pikku[Any], workflow: Any, data: Any = None) -> Any:
        """The result of a run in a process of its own, with time flying."""
        async with self.connect(app) as pikku:
            return await self.result(pikku, workflow, data)

    async def result(self, pikku: Client[Any], workflow: Any, data: Any = None) -> Any:
        handle = await pikku.start(workflow, data)
        return await self.clock.run(handle.result())

    async def waits_for(self, key: str) -> None:
        """Return when the store says that a run waits for this step."""
        async with asyncio.timeout(PATIENCE):
            while not any(key in run.waiting_on for run in await self.store.list_runs(RunQuery())):  # noqa: ASYNC110
                await asyncio.sleep(0.001)

    async def leap(self, waiting: Awaitable[Any]) -> Any:
        """Wait with time flying from one due time to the next."""
        return await self.clock.run(waiting)


class _StaysOpen:
    """The store outlives the processes that open and close it. While it is asked, no virtual time passes."""

    def __init__(self, store: Store, clock: VirtualClock) -> None:
        self._store = store
        self._clock = clock

    def __getattr__(self, name: str) -> Any:
        verb = getattr(self._store, name)
        takes_time = inspect.iscoroutinefunction(verb) and isinstance(self._clock, VirtualClock)
        return self._without_time(verb) if takes_time else verb

    async def close(self) -> None:
        return

    def _without_time(self, verb: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def ask(*values: Any, **options: Any) -> Any:
            with self._clock.held():
                return await verb(*values, **options)

        return ask


E = TypeVar("E")
R = TypeVar("R")


def is_on_time(waited: int, ms: int) -> bool:
    """Whether so much virtual time is no less than `ms`, and hardly more: between an attempt and its record, a claimer may have
    had one of its short pauses.
    """
    return ms <= waited < ms + 1_000


def noted(trail: list[E], entry: E, result: R) -> R:
    """The result, after a note of it: for steps that are lambdas."""
    trail.append(entry)
    return result
