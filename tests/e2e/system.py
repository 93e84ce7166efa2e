"""What the end-to-end tests work with: a store, a clock, and processes."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from pikku import Client, MemoryStore, Pikku, WorkflowService
from pikku.ports.queue import QueueService
from pikku.ports.store import RunQuery, Store
from pikku.queues.pgqueuer import PgQueuerQueue
from pikku.queues.store_queue import StoreQueue
from pikku.stores.file import FileStore
from pikku.stores.postgres import PostgresStore
from pikku.stores.sqlite import SqliteStore
from pikku.testing.clock import VirtualClock

PATIENCE = 30.0
"""Seconds of real time after which what should happen does not happen any more."""

_schemas = count()

STORES: dict[str, Callable[[Path, str, VirtualClock], Store]] = {
    "memory": lambda folder, url, clock: MemoryStore(clock=clock),
    "file": lambda folder, url, clock: FileStore(folder / "state", clock=clock),
    "sqlite": lambda folder, url, clock: SqliteStore(folder / "state.db", clock=clock),
    "postgres": lambda folder, url, clock: PostgresStore(url, schema=f"e2e_{next(_schemas)}", clock=clock),
}
"""How to make an empty store: in a folder of its own, or in a schema of its own of the PostgreSQL database at the address."""

QUEUES: dict[str, Callable[[], QueueService | None]] = {
    "inline": lambda: None,
    "workers": StoreQueue,
    "pgqueuer": PgQueuerQueue,
}
"""Inline mode, and remote mode through the queues that there are."""

SYSTEMS = [(store, queue) for store in STORES for queue in QUEUES if queue != "pgqueuer" or store == "postgres"]
"""Every store with every queue that can be in the same database."""

RESIDENCY = {"resident": "100d", "dropped": 0}


class System:
    """A store and a clock, and processes that work on them."""

    def __init__(
        self, store: Store, clock: VirtualClock, longest_wait: Any, queue: Callable[[], QueueService | None]
    ) -> None:
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
            _StaysOpen(self.store),
            self._queue(),
            lease=lease,
            longest_wait=self._longest_wait,
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
    """The store outlives the processes that open and close it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, verb: str) -> Any:
        return getattr(self._store, verb)

    async def close(self) -> None:
        return


E = TypeVar("E")
R = TypeVar("R")


def noted(trail: list[E], entry: E, result: R) -> R:
    """The result, after a note of it: for steps that are lambdas."""
    trail.append(entry)
    return result
