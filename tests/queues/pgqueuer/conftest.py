"""Processes with a store and PgQueuer's tables, each test in schemas of its own."""

from collections.abc import AsyncIterator
from itertools import count
from typing import Any

import asyncpg
import pytest
from tests.queues.surroundings import NewProcess

from pikku.queues.pgqueuer import PgQueuerQueue
from pikku.stores.postgres import PostgresStore
from pikku.testing.contracts.queues import Process

_schemas = count()


@pytest.fixture
def schema() -> str:
    return f"posted_{next(_schemas)}"


@pytest.fixture
async def new_process(postgres_url: str, schema: str) -> AsyncIterator[NewProcess]:
    """Makes one more process on the same data, closed with all the others."""
    made: list[Process] = []

    async def new(**options: Any) -> Process:
        settings = {"schema": schema, "job_retry_delay": "10ms", **options}
        process = Process(PostgresStore(postgres_url, schema=f"{schema}_store"), PgQueuerQueue(**settings))
        made.append(process)
        await process.store.open()
        await process.queue.open(process.store)
        return process

    yield new
    for process in made:
        await process.queue.close()
        await process.store.close()


@pytest.fixture
async def admin(postgres_url: str) -> AsyncIterator[Any]:
    """A connection of somebody else."""
    connection = await asyncpg.connect(postgres_url)
    yield connection
    await connection.close()
