"""`app.wire_queue_worker`: functions that execute the plain jobs of a queue."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

import pytest
from tests.environment import marked
from tests.queues.carriers import CARRIERS
from tests.servers import Servers

from pikku import Client, Context, MemoryStore, Pikku, Services, WorkflowContext, func, workflow
from pikku.model.errors import DuplicateNameError, NotAFunctionError, QueueError
from pikku.model.queue_names import ORCHESTRATOR, STEP_WORKER
from pikku.runtime.work import Work
from pikku.testing.contracts.queues import PATIENCE

Connect = Callable[..., AbstractAsyncContextManager[Client[Any]]]


@dataclass
class Email:
    to: str
    copies: int = 1


class Post:
    """An application that sends emails, and what it has sent."""

    def __init__(self, failures: int = 0) -> None:
        self.attempts = 0
        self.sent: asyncio.Queue[Any] = asyncio.Queue()

        @func
        async def send(ctx: Context[Services], data: Email) -> None:
            self.attempts += 1
            if self.attempts <= failures:
                raise ConnectionError("the server is busy")
            await self.sent.put(data)

        self.app: Pikku[Services] = Pikku()
        self.app.wire_queue_worker(queue_name="emails", func=send)

    async def next_sent(self) -> Any:
        async with asyncio.timeout(PATIENCE):
            return await self.sent.get()


@pytest.mark.parametrize("carrier", marked(CARRIERS))
async def test_no_message_decides_which_function_runs(carrier: str, servers: Servers) -> None:
    executed: list[Any] = []

    @func
    async def charge(ctx: Context[Services], data: int) -> None:
        executed.append(data)

    @func
    async def steal(ctx: Context[Services], data: Any) -> None:
        executed.append("stolen")

    @workflow(name="pay")
    async def pay(ctx: WorkflowContext[Services], data: int) -> None:
        await ctx.workflow.do("charge", charge, data)

    app = Pikku()
    app.add_functions(charge, steal)
    app.wire_workflow(name="pay", func=pay)
    async with app.connect(CARRIERS[carrier](servers)(), work=True) as pikku:
        ended = await pikku.start(pay, 1)
        await ended.result()
        run = {"run_id": ended.run_id, "key": "charge"}
        for forged in (run, {**run, "rpc_name": "steal", "workflow": "steal", "data": 2}, {"run_id": ["x"]}, "steal"):
            for queue in (ORCHESTRATOR, STEP_WORKER):
                await pikku.queue_service.add(queue, forged)
        await (await pikku.start(pay, 3)).result()
    assert executed == [1, 3]


@pytest.fixture(params=marked(CARRIERS))
def connect(request: pytest.FixtureRequest, servers: Servers) -> Connect:
    """Makes one more process of an application."""
    new_service = CARRIERS[request.param](servers)

    def process(post: Post, **options: Any) -> AbstractAsyncContextManager[Client[Any]]:
        return post.app.connect(new_service(), **options)

    return process


async def test_a_job_is_executed_by_a_worker_with_typed_data(connect: Connect) -> None:
    here, there = Post(), Post()
    async with connect(here) as client, connect(there, work=True):
        await client.queue_service.add("emails", {"to": "ada@example.com"})
        assert await there.next_sent() == Email("ada@example.com")
    assert here.attempts == 0


async def test_a_delayed_job_comes_after_one_that_is_due(connect: Connect) -> None:
    post = Post()
    async with connect(post, work=True) as client:
        await client.queue_service.add("emails", {"to": "later@example.com"}, delay="2s")
        await client.queue_service.add("emails", {"to": "now@example.com", "copies": 2})
        assert [await post.next_sent(), await post.next_sent()] == [
            Email("now@example.com", 2),
            Email("later@example.com"),
        ]


async def test_a_job_that_fails_is_executed_again(connect: Connect) -> None:
    post = Post(failures=1)
    async with connect(post, work=True) as client:
        await client.queue_service.add("emails", {"to": "ada@example.com"})
        assert await post.next_sent() == Email("ada@example.com")
    assert post.attempts == 2


async def test_a_process_that_takes_no_steps_executes_no_jobs(connect: Connect) -> None:
    orchestrator, worker = Post(), Post()
    async with connect(orchestrator, work=Work(steps=False)) as client, connect(worker, work=Work(orchestrate=False)):
        for number in range(10):
            await client.queue_service.add("emails", {"to": f"{number}@example.com"})
        sent = [await worker.next_sent() for _ in range(10)]
    assert {email.to for email in sent} == {f"{number}@example.com" for number in range(10)}
    assert orchestrator.attempts == 0


async def test_a_store_queue_refuses_jobs_and_says_what_to_do() -> None:
    async with Post().app.connect(MemoryStore(), queue="store", work=True) as client:
        with pytest.raises(QueueError, match="which a StoreQueue does not carry; use a PgQueuerQueue"):
            await client.queue_service.add("emails", {"to": "ada@example.com"})


def test_a_queue_has_one_function() -> None:
    @func
    async def other(ctx: Context[Services], data: Email) -> None: ...

    with pytest.raises(DuplicateNameError, match="two queue workers are called 'emails'"):
        Post().app.wire_queue_worker(queue_name="emails", func=other)


def test_a_function_may_serve_two_queues_and_be_wired_twice() -> None:
    @func
    async def send(ctx: Context[Services], data: Email) -> None: ...

    app: Pikku[Services] = Pikku()
    for queue in ("emails", "letters", "emails"):
        app.wire_queue_worker(queue_name=queue, func=send)
    assert sorted(app.registry.queue_workers) == ["emails", "letters"]


def test_a_function_that_is_not_marked_is_refused() -> None:
    async def send(ctx: Context[Services], data: Email) -> None: ...

    app: Pikku[Services] = Pikku()
    with pytest.raises(NotAFunctionError, match=r"send.* is not marked with @func"):
        app.wire_queue_worker(queue_name="emails", func=send)
