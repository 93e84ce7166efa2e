"""Messages are sent after the changes, and never hinder them."""

import asyncpg
import pytest
from redis.asyncio import Redis

from pikku.model.change import Applied
from pikku.model.errors import QueueError
from pikku.model.queue_names import ORCHESTRATOR
from pikku.ports.queue import Message
from pikku.queues.bullmq import BullMQQueue
from pikku.stores.memory import MemoryStore
from pikku.stores.postgres import PostgresStore
from pikku.testing.contracts.scene import RUN, created

TO_ORCHESTRATORS = Message(ORCHESTRATOR, RUN)


async def test_the_stores_transaction_sends_nothing(postgres_url: str, redis_url: str, redis_prefix: str) -> None:
    store, queue = PostgresStore(postgres_url, schema="beside_bullmq"), BullMQQueue(redis_url, prefix=redis_prefix)
    await store.open()
    await queue.open(store)
    connection = await asyncpg.connect(postgres_url)
    transaction = connection.transaction()
    await transaction.start()
    (outcome,) = await queue.apply([created()], [TO_ORCHESTRATORS], connection=connection)
    assert isinstance(outcome, Applied)
    assert await store.get_run(RUN) is None
    await transaction.rollback()
    await connection.close()
    await queue.close()
    await store.close()
    async with Redis.from_url(redis_url) as admin:
        assert not await admin.exists(f"{redis_prefix}:{ORCHESTRATOR}:wait")


async def test_a_store_without_transactions_says_what_to_do(redis_url: str) -> None:
    store, queue = MemoryStore(), BullMQQueue(redis_url)
    await store.open()
    await queue.open(store)
    with pytest.raises(QueueError, match="leave `connection` out, or use a PostgresStore"):
        await queue.apply([created()], [TO_ORCHESTRATORS], connection=object())
    await queue.close()


async def test_what_cannot_be_added_by_the_server_is_forgotten(
    redis_url: str, redis_prefix: str, caplog: pytest.LogCaptureFixture
) -> None:
    store, queue = MemoryStore(), BullMQQueue(redis_url, prefix=redis_prefix)
    await store.open()
    await queue.open(store)
    async with Redis.from_url(redis_url) as admin:
        await admin.set(f"{redis_prefix}:{ORCHESTRATOR}:wait", "not a list")
    (outcome,) = await queue.apply([created()], [TO_ORCHESTRATORS])
    assert isinstance(outcome, Applied)
    assert "1 messages were not sent, the work is found by looking: the queue" in caplog.text
    await queue.close()
