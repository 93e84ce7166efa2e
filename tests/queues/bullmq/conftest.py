"""Processes with a store and BullMQ's keys, each test with a prefix of its own."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from redis.asyncio import Redis
from tests.environment import NODE
from tests.queues.surroundings import NewProcess

from pikku.queues.bullmq import BullMQQueue
from pikku.stores.memory import MemoryStore
from pikku.testing.contracts.queues import Process

collect_ignore = [] if NODE else ["test_node.py"]


@pytest.fixture
async def new_process(redis_url: str, redis_prefix: str) -> AsyncIterator[NewProcess]:
    """Makes one more process on the same data, closed with all the others."""
    store = MemoryStore()
    await store.open()
    made: list[Process] = []

    async def new(**options: Any) -> Process:
        settings = {"prefix": redis_prefix, "job_retry_delay": "10ms", **options}
        process = Process(store, BullMQQueue(redis_url, **settings))
        made.append(process)
        await process.queue.open(process.store)
        return process

    yield new
    for process in made:
        await process.queue.close()
    await store.close()


@pytest.fixture
async def admin(redis_url: str) -> AsyncIterator[Any]:
    """A connection of somebody else."""
    async with Redis.from_url(redis_url, decode_responses=True) as client:
        yield client
