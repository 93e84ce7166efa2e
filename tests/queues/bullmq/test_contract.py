"""BullMQ's queue keeps every promise, beside every store."""

from collections.abc import AsyncIterator, Callable
from functools import partial

import pytest

from pikku.ports.queue import QueueService
from pikku.queues.bullmq import BullMQQueue
from pikku.stores.memory import MemoryStore
from pikku.testing import Stores
from pikku.testing.contracts.jobs import JobContract
from pikku.testing.contracts.queues import MessageContract, Queues


def bullmq_queue(url: str, prefix: str) -> BullMQQueue:
    return BullMQQueue(url, prefix=prefix, job_retry_delay="10ms")


class TestBullMQ(MessageContract):
    """Beside any store."""

    @pytest.fixture
    async def queues(self, stores: Stores, redis_url: str, redis_prefix: str) -> AsyncIterator[Queues]:
        async with Queues(stores, partial(bullmq_queue, redis_url, redis_prefix)) as queues:
            yield queues


class TestJobsOfBullMQ(JobContract):
    """They have nothing to do with the store."""

    @pytest.fixture
    async def queues(self, redis_url: str, redis_prefix: str) -> AsyncIterator[Queues]:
        stores = Stores(lambda clock: MemoryStore(clock=clock), one_object=True)
        make: Callable[[], QueueService] = partial(bullmq_queue, redis_url, redis_prefix)
        async with Queues(stores, make) as queues:
            yield queues
