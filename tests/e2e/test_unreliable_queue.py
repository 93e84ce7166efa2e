"""Workflows do not notice what happens to messages: whether they are lost, come twice, or come late.

By the real time, because what makes up for lost messages is looked for in real time; a clock that leaps ahead of a store
that takes its time lets leases run out, and steps are then rightly executed again.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.system import PATIENCE, QUEUES, REMOTE, STORES, System, each_of
from tests.servers import Servers

from pikku import Context, Pikku, Services, WorkflowContext, func, workflow_func
from pikku.ports.queue import QueueService
from pikku.ports.store import Store
from pikku.runtime.system import SystemClock
from pikku.testing.unreliable_queue import UnreliableQueue

Body = WorkflowContext[Services]
Executions = Counter[tuple[str, str, int]]
"""How often each attempt of each step of each run was executed."""

ATTEMPTS = [("greet", 1), ("square", 1), ("square#1", 1), ("square#2", 1), ("flaky", 1), ("flaky", 2), ("last", 1)]


def errands(executions: Executions) -> Pikku[Services]:
    """A workflow that sends a message of every kind: for itself, for steps, for branches, for a retry, after a sleep."""

    def note(ctx: Context[Services]) -> int:
        assert ctx.step is not None
        executions[ctx.step.run_id, ctx.step.key, ctx.step.attempt_count] += 1
        return ctx.step.attempt_count

    @func
    async def greet(ctx: Context[Services], data: int) -> str:
        note(ctx)
        return f"number {data}"

    @func
    async def square(ctx: Context[Services], data: int) -> int:
        note(ctx)
        return data * data

    @func
    async def flaky(ctx: Context[Services]) -> str:
        if note(ctx) == 1:
            raise ConnectionError("at first")
        return "at last"

    @workflow_func
    async def body(ctx: Body, data: int) -> list[Any]:
        greeting = await ctx.workflow.do("greet", greet, data)
        squares = await asyncio.gather(*(ctx.workflow.do("square", square, data + more) for more in range(3)))
        await ctx.workflow.sleep("pause", "100ms")
        patience = await ctx.workflow.do("flaky", flaky, retries=2, retry_delay="50ms")
        return [greeting, *squares, patience, await ctx.workflow.do("last", square, 2)]

    app = Pikku()
    app.add_functions(greet, square, flaky)
    app.wire_workflow(name="errands", func=body)
    return app


def outcome_of(number: int) -> list[Any]:
    return [f"number {number}", number**2, (number + 1) ** 2, (number + 2) ** 2, "at last", 4]


class Deaf:
    """A store whose hints never come."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, verb: str) -> Any:
        return getattr(self._store, verb)

    async def hints(self) -> AsyncIterator[Any]:
        await asyncio.get_running_loop().create_future()
        yield


class Scene:
    """A store and three processes of one application: one that starts runs, and two that work."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.executions: Executions = Counter()

    async def check(self, runs: int) -> None:
        """Start so many runs at once, and look whether they end as if nothing had happened to any message."""
        app = errands(self.executions)
        async with AsyncExitStack() as processes:
            client = await processes.enter_async_context(self.system.connect(app, work=False))
            for _ in range(2):
                await processes.enter_async_context(self.system.connect(app))
            handles = [await client.start("errands", number) for number in range(runs)]
            async with asyncio.timeout(PATIENCE):
                results = await asyncio.gather(*(handle.result() for handle in handles))
            assert results == [outcome_of(number) for number in range(runs)]
        expected = {(handle.run_id, *attempt): 1 for handle in handles for attempt in ATTEMPTS}
        assert self.executions == expected


@pytest.fixture
async def store_and_queue(
    request: pytest.FixtureRequest, tmp_path: Path, servers: Servers
) -> AsyncIterator[tuple[Any, Store, Any]]:
    name, queue = request.param
    clock: Any = SystemClock()
    store = STORES[name](tmp_path, servers, clock)
    await store.open()
    yield clock, store, QUEUES[queue](servers)
    await store.close()


IN_REMOTE_MODE = pytest.mark.parametrize("store_and_queue", each_of(REMOTE), indirect=True)


@IN_REMOTE_MODE
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_messages_that_are_lost_doubled_and_late_change_no_outcome_and_repeat_no_step(
    store_and_queue: tuple[Any, Store, Any], longest_wait: Any, seed: int
) -> None:
    clock, store, new_queue = store_and_queue
    seeds = count(100 * seed)

    def unreliable() -> QueueService:
        return UnreliableQueue(new_queue(), 0.3, seed=next(seeds))

    await Scene(System(store, clock, longest_wait, unreliable)).check(runs=20)


@IN_REMOTE_MODE
async def test_without_any_message_or_hint_everything_is_found_by_looking(
    store_and_queue: tuple[Any, Store, Any], longest_wait: Any
) -> None:
    clock, store, new_queue = store_and_queue

    def silent() -> QueueService:
        return UnreliableQueue(new_queue(), 1.0)

    deaf: Any = Deaf(store)
    await Scene(System(deaf, clock, longest_wait, silent)).check(runs=3)
