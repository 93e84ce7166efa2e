"""Servers that restart, workers that die, addresses that lead nowhere."""

import asyncio
import logging
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from tests.queues.surroundings import NewProcess

from pikku.model.change import Applied
from pikku.model.errors import QueueError
from pikku.model.queue_names import ORCHESTRATOR
from pikku.ports.queue import Message
from pikku.queues.pgqueuer import PgQueuerQueue
from pikku.stores.memory import MemoryStore
from pikku.stores.postgres import PostgresStore
from pikku.testing.contracts.jobs import EMAILS, Workshop
from pikku.testing.contracts.queues import Process, Receiver, send
from pikku.testing.contracts.scene import OTHER, RUN, created, woken
from pikku.testing.servers import PostgresServer
from pikku.testing.servers.postgres import URL_VARIABLE

WORKER = Path(__file__).with_name("hanging_worker.py")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[PostgresServer]:
    """A server of the test's own, to be mistreated."""
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    with PostgresServer(durable=True) as server:
        yield server


@pytest.fixture
def url(server: PostgresServer) -> str:
    return server.create_database("hard_times")


@pytest.fixture
async def process(url: str) -> AsyncIterator[Process]:
    """On that server."""
    process = Process(PostgresStore(url), PgQueuerQueue(job_retry_delay="10ms"))
    await process.store.open()
    await process.queue.open(process.store)
    yield process
    await process.queue.close()
    await process.store.close()


class TestRestarts:
    @pytest.mark.parametrize("crash", [False, True], ids=["restart", "crash"])
    async def test_messages_flow_again(self, server: PostgresServer, process: Process, crash: bool) -> None:
        async with Receiver(process) as receiver:
            await receiver.tune_in(process)
            await asyncio.to_thread(server.restart, crash=crash)
            # The empty hint of the new connection.
            await receiver.hears(RUN)
            assert not receiver.was_told_of(RUN)
            await send(process, created())
            await receiver.hears(RUN)

    async def test_jobs_are_executed_again(self, server: PostgresServer, process: Process) -> None:
        async with Workshop(process) as workshop:
            await process.queue.add(EMAILS, "before")
            assert await workshop.next_job() == "before"
            await process.queue.add(EMAILS, "in between", delay="1s")
            await asyncio.to_thread(server.restart, crash=True)
            await process.queue.add(EMAILS, "after")
            assert {await workshop.next_job(), await workshop.next_job()} == {"in between", "after"}

    async def test_a_job_under_way_is_finished_and_not_repeated(
        self, server: PostgresServer, url: str, process: Process
    ) -> None:
        async with Workshop(process) as workshop:
            workshop.pause()
            await process.queue.add(EMAILS, "long")
            await workshop.busy_with(1)
            await asyncio.to_thread(server.restart)
            workshop.go_on()
            assert await workshop.next_job() == "long"
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("SELECT count(*) FROM pgqueuer.pgqueuer") == 0
        await connection.close()

    async def test_whoever_is_cancelled_without_a_database_returns(
        self, server: PostgresServer, process: Process
    ) -> None:
        async with Workshop(process) as workshop, Receiver(process) as receiver:
            await receiver.tune_in(process)
            workshop.pause()
            await process.queue.add(EMAILS, "lost in time")
            await workshop.busy_with(1)
            await asyncio.to_thread(server.stop)
            workshop.go_on()
            assert await workshop.next_job() == "lost in time"


async def test_a_message_that_cannot_be_sent_is_forgotten(
    server: PostgresServer, url: str, caplog: pytest.LogCaptureFixture
) -> None:
    store, queue = MemoryStore(), PgQueuerQueue(url)
    await store.open()
    await queue.open(store)
    await asyncio.to_thread(server.stop)
    with caplog.at_level(logging.WARNING, "pikku.queues.pgqueuer"):
        (outcome,) = await queue.apply([created()], [Message(ORCHESTRATOR, RUN)])
    assert isinstance(outcome, Applied)
    (record,) = caplog.records
    assert record.getMessage().startswith(
        "1 messages were not sent, the work is found by looking: the queue postgresql://"
    )
    assert "\n" not in record.getMessage()
    with pytest.raises(QueueError, match="does not answer"):
        await queue.add(EMAILS, "no way")
    await queue.close()


async def test_the_job_of_a_worker_that_was_killed_is_executed_by_another(
    new_process: NewProcess, postgres_url: str, schema: str
) -> None:
    process = await new_process(job_lease="1s")
    await process.queue.add(EMAILS, "orphan")
    command = [sys.executable, str(WORKER), postgres_url, schema, EMAILS]
    hanging = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    assert hanging.stdout is not None
    assert (await hanging.stdout.readline()).strip() == b'"orphan"'
    hanging.send_signal(signal.SIGKILL)
    await hanging.wait()
    async with Workshop(process) as workshop:
        assert await workshop.next_job() == "orphan"


async def test_a_job_that_is_cut_short_is_executed_by_another(new_process: NewProcess) -> None:
    here, there = await new_process(), await new_process()
    async with Workshop(here) as workshop:
        workshop.pause()
        await here.queue.add(EMAILS, "cut short")
        await workshop.busy_with(1)
        await workshop.cut_short()
    async with Workshop(there) as other:
        assert await other.next_job() == "cut short"


class TestAddresses:
    @pytest.mark.parametrize(
        "dsn",
        [
            "postgresql://ada:secret@/nowhere?host=/nonexistent",
            "postgresql://ada:secret@127.0.0.1:1/shop",
            "not an address",
            "mysql://ada:secret@localhost/shop",
            "postgresql://ada:secret@[/shop",
            "postgresql://ada:secret@localhost:port/shop",
        ],
    )
    async def test_one_that_leads_nowhere_is_an_error_in_one_line(self, dsn: str) -> None:
        queue = PgQueuerQueue(dsn)
        with pytest.raises(QueueError, match="does not answer") as caught:
            await queue.open(MemoryStore())
        assert "\n" not in str(caught.value)
        assert "secret" not in str(caught.value)
        assert "secret" not in repr(queue)

    async def test_without_one_the_store_must_have_one(self) -> None:
        with pytest.raises(QueueError, match="write pgqueuer:"):
            await PgQueuerQueue().open(MemoryStore())

    async def test_what_is_not_open_says_so(self) -> None:
        with pytest.raises(QueueError, match=r"PgQueuerQueue\(the store's database, schema='pgqueuer'\) is not open"):
            await PgQueuerQueue().apply([woken(OTHER)], [None])


def test_without_the_library_there_is_advice() -> None:
    code = "import sys; sys.modules['pgqueuer'] = None; import pikku.queues.pgqueuer"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == (
        "ImportError: PgQueuerQueue needs PgQueuer and asyncpg; run `pip install 'pikku[pgqueuer]'`"
    )
