"""`start(connection=…)`: a run that comes into being together with the caller's own rows, or not at all."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from tests.environment import BULLMQ, PGQUEUER, marked
from tests.servers import Servers
from tests.stores.postgres.surroundings import PATIENCE, NewStore

from pikku import (
    Client,
    Context,
    MemoryStore,
    Pikku,
    Services,
    UnknownWorkflowError,
    WorkflowContext,
    WorkflowService,
    func,
    workflow_func,
)
from pikku.model.errors import InvalidDataError, NobodyWorksError, QueueError, StoreError
from pikku.ports.queue import QueueService
from pikku.queues.store_queue import StoreQueue

QUEUES: dict[str, Callable[[Servers, str], QueueService]] = {"store": lambda servers, schema: StoreQueue()}
if PGQUEUER:
    from pikku.queues.pgqueuer import PgQueuerQueue

    QUEUES["pgqueuer"] = lambda servers, schema: PgQueuerQueue(schema=f"{schema}_queue")

if BULLMQ:
    from pikku.queues.bullmq import BullMQQueue
    from pikku.testing.servers.fixtures import new_redis_prefix

    _prefix = new_redis_prefix()
    QUEUES["bullmq"] = lambda servers, schema: BullMQQueue(servers.redis, prefix=f"{_prefix}-{schema}")

PATIENCE_MS = round(PATIENCE * 1_000)

Connect = Callable[..., AbstractAsyncContextManager[Client[Any]]]
Refused = Callable[[Client[Any], Any], Awaitable[Any]]


@func
async def shout(ctx: Context[Services], data: str) -> str:
    return data.upper()


@workflow_func
async def greet(ctx: WorkflowContext[Services], data: str) -> str:
    return await ctx.workflow.do("shout", shout, f"hello {data}")


def application() -> Pikku[Services]:
    app = Pikku()
    app.add_functions(shout)
    app.wire_workflow(name="greet", func=greet)
    return app


@pytest.fixture(params=marked(QUEUES))
def connect(request: pytest.FixtureRequest, new_store: NewStore, servers: Servers, schema: str) -> Connect:
    """Makes one more process in remote mode."""
    return lambda **options: application().connect(
        WorkflowService(new_store(), QUEUES[request.param](servers, schema)), **options
    )


async def test_a_run_that_is_committed_is_executed_by_a_worker(connect: Connect, admin: Any) -> None:
    async with connect() as client, connect(work=True):
        async with admin.transaction():
            handle = await client.start(greet, "Ada", connection=admin)
            assert await client.workflow_service.get_run(handle.run_id) is None, "seen before it was committed"
        assert await handle.result(timeout=PATIENCE_MS) == "HELLO ADA"


async def test_the_process_that_starts_it_may_work_on_it_too(connect: Connect, admin: Any) -> None:
    async with connect(work=True) as client:
        async with admin.transaction():
            handle = await client.start(greet, "Ada", connection=admin)
        assert await handle.result(timeout=PATIENCE_MS) == "HELLO ADA"


async def test_a_run_that_is_rolled_back_has_never_existed(connect: Connect, admin: Any) -> None:
    async with connect(work=True) as client:
        transaction = admin.transaction()
        await transaction.start()
        handle = await client.start(greet, "Ada", connection=admin)
        await transaction.rollback()
        after = await client.start(greet, "Bob")
        assert await after.result(timeout=PATIENCE_MS) == "HELLO BOB"
        assert [run.run_id for run in await client.workflow_service.list_runs()] == [after.run_id]
        assert await client.workflow_service.get_run(handle.run_id) is None


async def test_a_connection_without_a_transaction_is_refused(connect: Connect, admin: Any) -> None:
    async with connect() as client:
        with pytest.raises(StoreError, match="it is in none; begin one"):
            await client.start(greet, "Ada", connection=admin)
        assert await client.workflow_service.list_runs() == []


REFUSED: dict[str, tuple[type[Exception], Refused]] = {
    "unknown workflow": (
        UnknownWorkflowError,
        lambda client, connection: client.start("greeet", "Ada", connection=connection),
    ),
    "wrong data": (InvalidDataError, lambda client, connection: client.start("greet", 7, connection=connection)),
}


@pytest.mark.parametrize("what", REFUSED)
async def test_what_cannot_be_started_leaves_the_transaction_as_it_was(connect: Connect, admin: Any, what: str) -> None:
    error, start = REFUSED[what]
    async with connect() as client:
        async with admin.transaction():
            with pytest.raises(error):
                await start(client, admin)
            assert await admin.fetchval("SELECT 1") == 1
        assert await client.workflow_service.list_runs() == []


async def test_an_inline_run_needs_somebody_who_works(new_store: NewStore, admin: Any) -> None:
    async with application().connect(new_store(), queue="none") as client:
        async with admin.transaction():
            with pytest.raises(NobodyWorksError, match=r"use a queue and workers, or connect\(work=True\)"):
                await client.start(greet, "Ada", connection=admin)
        assert await client.workflow_service.list_runs() == []


async def test_an_inline_run_is_taken_over_by_a_process_that_works(new_store: NewStore, admin: Any) -> None:
    async with application().connect(new_store(), queue="none", work=True) as client:
        async with admin.transaction():
            handle = await client.start(greet, "Ada", connection=admin)
        assert await handle.result(timeout=PATIENCE_MS) == "HELLO ADA"


async def test_a_store_without_transactions_says_what_to_do() -> None:
    async with application().connect(MemoryStore(), queue="store") as client:
        with pytest.raises(QueueError, match="leave `connection` out, or use a PostgresStore"):
            await client.start(greet, "Ada", connection=object())
        assert await client.workflow_service.list_runs() == []
