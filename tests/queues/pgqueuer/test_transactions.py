"""Changes and messages in one transaction, where store and queue are in one database."""

import logging
from collections.abc import Callable
from typing import Any

import asyncpg
import pytest
from tests.queues.surroundings import NewProcess

from pikku.model.change import Applied
from pikku.model.errors import QueueError
from pikku.model.queue_names import ORCHESTRATOR
from pikku.ports.queue import Message, QueueService
from pikku.queues.pgqueuer import PgQueuerQueue
from pikku.queues.store_queue import StoreQueue
from pikku.stores.memory import MemoryStore
from pikku.testing.contracts.queues import Process, Receiver, send
from pikku.testing.contracts.scene import OTHER, RUN, created, run_of

TO_ORCHESTRATORS = Message(ORCHESTRATOR, RUN)


async def messages(admin: Any, schema: str) -> int:
    return int(await admin.fetchval(f"SELECT count(*) FROM {schema}.pgqueuer"))  # noqa: S608


class TestTransactions:
    async def test_a_transaction_that_is_committed_sends(self, new_process: NewProcess, postgres_url: str) -> None:
        process = await new_process()
        async with Receiver(process) as receiver:
            await receiver.tune_in(process)
            connection = await asyncpg.connect(postgres_url)
            async with connection.transaction():
                await process.queue.apply([created()], [TO_ORCHESTRATORS], connection=connection)
            await connection.close()
            await receiver.hears(RUN)

    async def test_a_transaction_that_is_rolled_back_sends_nothing(
        self, new_process: NewProcess, postgres_url: str, admin: Any, schema: str
    ) -> None:
        process = await new_process()
        connection = await asyncpg.connect(postgres_url)
        transaction = connection.transaction()
        await transaction.start()
        (outcome,) = await process.queue.apply([created()], [TO_ORCHESTRATORS], connection=connection)
        assert isinstance(outcome, Applied)
        await transaction.rollback()
        await connection.close()
        assert await messages(admin, schema) == 0
        assert await process.store.get_run(RUN) is None

    async def test_what_cannot_be_written_is_not_announced(
        self, new_process: NewProcess, admin: Any, schema: str
    ) -> None:
        process = await new_process()
        await admin.execute(f"DROP TABLE {schema}_store.workflow_runs CASCADE")
        with pytest.raises(asyncpg.UndefinedTableError):
            await send(process, created())
        assert await messages(admin, schema) == 0

    async def test_a_broken_queue_does_not_hinder_the_changes(
        self, new_process: NewProcess, admin: Any, schema: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        process = await new_process()
        await admin.execute(f"DROP SCHEMA {schema} CASCADE")
        with caplog.at_level(logging.WARNING, "pikku.queues.pgqueuer"):
            await send(process, created())
        assert (await run_of(process.store)).run_id == RUN
        assert "no messages were sent, the work is found by looking: the queue postgresql://" in caplog.text

    async def test_messages_say_nothing_but_ids(self, new_process: NewProcess, admin: Any, schema: str) -> None:
        process = await new_process()
        await process.queue.apply([created(), created(OTHER)], [TO_ORCHESTRATORS, Message("steps", OTHER, "pay#1")])
        rows = await admin.fetch(f"SELECT entrypoint, payload FROM {schema}.pgqueuer ORDER BY id")  # noqa: S608
        assert [(row["entrypoint"], row["payload"].decode()) for row in rows] == [
            (ORCHESTRATOR, f'{{"run_id":"{RUN}"}}'),
            ("steps", f'{{"run_id":"{OTHER}","key":"pay#1"}}'),
        ]

    async def test_the_same_message_is_sent_once(self, new_process: NewProcess, admin: Any, schema: str) -> None:
        process = await new_process()
        await process.queue.apply([created(), created(OTHER)], [TO_ORCHESTRATORS, TO_ORCHESTRATORS])
        assert await messages(admin, schema) == 1

    @pytest.mark.parametrize("make", [lambda _: StoreQueue(), PgQueuerQueue], ids=["StoreQueue", "PgQueuerQueue"])
    async def test_a_store_without_transactions_says_what_to_do(
        self, make: Callable[[str], QueueService], postgres_url: str
    ) -> None:
        store, queue = MemoryStore(), make(postgres_url)
        await store.open()
        await queue.open(store)
        with pytest.raises(QueueError, match="leave `connection` out, or use a PostgresStore"):
            await queue.apply([created()], [TO_ORCHESTRATORS], connection=object())
        await queue.close()

    async def test_in_two_databases_messages_are_sent_after_the_changes(
        self, new_process: NewProcess, postgres_url: str, schema: str
    ) -> None:
        # The same database, by another address: nobody can tell that it is the same.
        there = f"{postgres_url}&application_name=there"
        process = await new_process(dsn=there)
        async with Receiver(process) as receiver:
            await receiver.tune_in(process)
            await send(process, created())
            await receiver.hears(RUN)


async def test_a_store_queue_writes_in_a_transaction_too(new_process: NewProcess, postgres_url: str) -> None:
    store = (await new_process()).store
    queue = StoreQueue()
    await queue.open(store)
    connection = await asyncpg.connect(postgres_url)
    async with connection.transaction():
        await queue.apply([created()], [TO_ORCHESTRATORS], connection=connection)
        assert await store.get_run(RUN) is None
    await connection.close()
    assert (await run_of(Process(store, queue).store)).run_id == RUN
