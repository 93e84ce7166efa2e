"""PgQueuer's queue keeps every promise, beside every store."""

from collections.abc import AsyncIterator, Callable
from functools import partial
from itertools import count

import pytest

from pikku.ports.queue import QueueService
from pikku.queues.pgqueuer import PgQueuerQueue
from pikku.stores.postgres import PostgresStore
from pikku.testing import Stores
from pikku.testing.contracts.jobs import JobContract
from pikku.testing.contracts.queues import MessageContract, Queues

_schemas = count()


def pgqueuer_queue(url: str, schema: str) -> PgQueuerQueue:
    return PgQueuerQueue(url, schema=schema, job_retry_delay="10ms")


class TestPgQueuer(MessageContract):
    """Beside any store."""

    @pytest.fixture
    async def queues(self, stores: Stores, postgres_url: str) -> AsyncIterator[Queues]:
        async with Queues(stores, partial(pgqueuer_queue, postgres_url, f"beside_{next(_schemas)}")) as queues:
            yield queues


class TestJobsOfPgQueuer(JobContract):
    """They have nothing to do with the store."""

    @pytest.fixture
    async def queues(self, postgres_url: str) -> AsyncIterator[Queues]:
        stores = Stores(partial(_postgres_store, postgres_url))
        make: Callable[[], QueueService] = partial(pgqueuer_queue, postgres_url, f"jobs_{next(_schemas)}")
        async with Queues(stores, make) as queues:
            yield queues


def _postgres_store(url: str, clock: object) -> PostgresStore:
    return PostgresStore(url, schema="beside_jobs")
