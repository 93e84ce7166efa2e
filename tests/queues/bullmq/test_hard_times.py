"""Servers that restart, workers that die, addresses that lead nowhere."""

import asyncio
import logging
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis
from tests.queues.surroundings import NewProcess, until

from pikku.model.change import Applied
from pikku.model.errors import QueueError
from pikku.model.queue_names import ORCHESTRATOR
from pikku.ports.queue import Message
from pikku.queues.bullmq import BullMQQueue
from pikku.stores.memory import MemoryStore
from pikku.testing.contracts.jobs import EMAILS, Workshop
from pikku.testing.contracts.queues import Process, Receiver, send
from pikku.testing.contracts.scene import OTHER, RUN, created, woken
from pikku.testing.servers import RedisServer
from pikku.testing.servers.redis import URL_VARIABLE

WORKER = Path(__file__).with_name("hanging_worker.py")
LOGGER = "pikku.queues.bullmq"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    """A server of the test's own, to be mistreated."""
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    with RedisServer(durable=True) as server:
        yield server


@pytest.fixture
async def process(server: RedisServer) -> AsyncIterator[Process]:
    """On that server."""
    process = Process(MemoryStore(), BullMQQueue(server.url(), job_retry_delay="10ms"))
    await process.store.open()
    await process.queue.open(process.store)
    yield process
    await process.queue.close()
    await process.store.close()


class TestRestarts:
    @pytest.mark.parametrize("crash", [False, True], ids=["restart", "crash"])
    async def test_messages_flow_again(self, server: RedisServer, process: Process, crash: bool) -> None:
        async with Receiver(process) as receiver:
            await receiver.tune_in(process)
            await asyncio.to_thread(server.restart, crash=crash)
            # The empty hint of the new connection.
            await receiver.hears(RUN)
            assert not receiver.was_told_of(RUN)
            await send(process, created())
            await receiver.hears(RUN)

    async def test_an_outage_is_told_in_one_line(
        self, server: RedisServer, process: Process, caplog: pytest.LogCaptureFixture
    ) -> None:
        async with Workshop(process, queues=(EMAILS, "letters")) as workshop:
            await process.queue.add(EMAILS, "before")
            assert await workshop.next_job() == "before"
            with caplog.at_level(logging.WARNING, LOGGER):
                await asyncio.to_thread(server.restart)
                await process.queue.add(EMAILS, "after")
                assert await workshop.next_job() == "after"
        assert [record.getMessage() for record in caplog.records if "wait until" not in record.getMessage()] == []
        assert len(caplog.records) == 1

    async def test_jobs_are_executed_again(self, server: RedisServer, process: Process) -> None:
        async with Workshop(process) as workshop:
            await process.queue.add(EMAILS, "before")
            assert await workshop.next_job() == "before"
            await process.queue.add(EMAILS, "in between", delay="1s")
            await asyncio.to_thread(server.restart, crash=True)
            await process.queue.add(EMAILS, "after")
            assert {await workshop.next_job(), await workshop.next_job()} == {"in between", "after"}

    async def test_a_job_under_way_is_finished_and_not_repeated(self, server: RedisServer, process: Process) -> None:
        async with Workshop(process) as workshop:
            workshop.pause()
            await process.queue.add(EMAILS, "long")
            await workshop.busy_with(1)
            with server.stopped():
                workshop.go_on()
                assert await workshop.next_job() == "long"
            async with Redis.from_url(server.url(), decode_responses=True) as admin:
                await until(lambda: _is_gone(admin, EMAILS))

    async def test_whoever_is_cancelled_without_a_server_returns(self, server: RedisServer, process: Process) -> None:
        async with Workshop(process) as workshop, Receiver(process) as receiver:
            await receiver.tune_in(process)
            workshop.pause()
            await process.queue.add(EMAILS, "lost in time")
            await workshop.busy_with(1)
            await asyncio.to_thread(server.stop)
            workshop.go_on()
            assert await workshop.next_job() == "lost in time"


async def test_a_message_that_cannot_be_sent_is_forgotten(
    server: RedisServer, process: Process, caplog: pytest.LogCaptureFixture
) -> None:
    await asyncio.to_thread(server.stop)
    with caplog.at_level(logging.WARNING, LOGGER):
        (outcome,) = await process.queue.apply([created()], [Message(ORCHESTRATOR, RUN)])
    assert isinstance(outcome, Applied)
    (record,) = caplog.records
    assert record.getMessage().startswith("1 messages were not sent, the work is found by looking: the queue unix://")
    assert "\n" not in record.getMessage()
    with pytest.raises(QueueError, match="does not answer"):
        await process.queue.add(EMAILS, "no way")


async def test_the_job_of_a_worker_that_was_killed_is_executed_by_another(
    new_process: NewProcess, redis_url: str, redis_prefix: str
) -> None:
    process = await new_process(job_lease="1s")
    await process.queue.add(EMAILS, "orphan")
    await _hang_and_die(redis_url, redis_prefix, b'"orphan"')
    async with Workshop(process) as workshop:
        assert await workshop.next_job() == "orphan"


async def test_a_job_that_kills_its_workers_fails_at_last(
    new_process: NewProcess, redis_url: str, redis_prefix: str, admin: Any
) -> None:
    process = await new_process(job_lease="1s", job_retries=1)
    await process.queue.add(EMAILS, "deadly")
    await _hang_and_die(redis_url, redis_prefix, b'"deadly"')
    await _hang_and_die(redis_url, redis_prefix, b'"deadly"')
    async with Workshop(process) as workshop:
        await until(lambda: admin.zcard(f"{redis_prefix}:{EMAILS}:failed"))
        assert workshop.queues_served == []


async def _hang_and_die(url: str, prefix: str, job: bytes) -> None:
    """A worker begins this job, and is killed."""
    command = [sys.executable, str(WORKER), url, prefix, EMAILS]
    hanging = await asyncio.create_subprocess_exec(*command, stdout=subprocess.PIPE)
    assert hanging.stdout is not None
    assert (await hanging.stdout.readline()).strip() == job
    hanging.send_signal(signal.SIGKILL)
    await hanging.wait()


async def test_a_job_that_is_cut_short_is_executed_by_another_and_has_not_failed(new_process: NewProcess) -> None:
    here, there = await new_process(job_retries=0), await new_process()
    async with Workshop(here) as workshop:
        workshop.pause()
        await here.queue.add(EMAILS, "cut short")
        await workshop.busy_with(1)
        await workshop.cut_short()
    async with Workshop(there) as other:
        assert await other.next_job() == "cut short"


async def test_a_job_under_way_is_kept_for_as_long_as_it_takes(new_process: NewProcess) -> None:
    here, there = await new_process(job_lease="1s"), await new_process(job_lease="1s")
    async with Workshop(here) as workshop:
        workshop.pause()
        await here.queue.add(EMAILS, "long")
        await workshop.busy_with(1)
        async with Workshop(there) as other:
            workshop.cancel()  # also while it ends
            await there.queue.add(EMAILS, "later", delay="3s")
            assert await other.next_job() == "later"
            assert other.queues_served == [EMAILS]
        workshop.go_on()
        assert await workshop.next_job() == "long"


class TestAddresses:
    @pytest.mark.parametrize(
        "url",
        [
            "unix://ada:secret@/nonexistent/socket",
            "redis://ada:secret@127.0.0.1:1/0",
            "not an address",
            "mysql://ada:secret@localhost/0",
            "redis://ada:secret@[/0",
            "redis://ada:secret@localhost:port/0",
        ],
    )
    async def test_one_that_leads_nowhere_is_an_error_in_one_line(self, url: str) -> None:
        queue = BullMQQueue(url)
        with pytest.raises(QueueError, match="does not answer") as caught:
            await queue.open(MemoryStore())
        assert "\n" not in str(caught.value)
        assert "secret" not in str(caught.value)
        assert "secret" not in repr(queue)

    async def test_a_wrong_password_is_an_error_in_one_line(self) -> None:
        with RedisServer(password="right") as server:  # noqa: S106
            with pytest.raises(QueueError, match="does not answer: invalid username-password pair") as caught:
                await BullMQQueue(server.url().replace("right", "wrong")).open(MemoryStore())
            queue = BullMQQueue(server.url())
            await queue.open(MemoryStore())
            await queue.close()
        assert "\n" not in str(caught.value)
        assert "wrong" not in str(caught.value)

    async def test_without_one_the_store_must_have_one(self) -> None:
        with pytest.raises(QueueError, match="write bullmq:"):
            await BullMQQueue().open(MemoryStore())

    async def test_without_one_it_is_the_stores(self, redis_url: str) -> None:
        class Neighbour(MemoryStore):
            url = redis_url

        queue = BullMQQueue()
        await queue.open(Neighbour())
        await queue.close()

    async def test_what_is_not_open_says_so(self) -> None:
        with pytest.raises(QueueError, match=r"BullMQQueue\(the store's server, prefix='bull'\) is not open"):
            await BullMQQueue().apply([woken(OTHER)], [None])


async def test_a_server_that_forgets_keys_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    with RedisServer(max_memory=50_000_000) as server:
        async with Redis.from_url(server.url()) as admin:
            await admin.config_set("maxmemory-policy", "allkeys-lru")
        queue = BullMQQueue(server.url())
        with caplog.at_level(logging.WARNING, LOGGER):
            await queue.open(MemoryStore())
        await queue.close()
    assert "set its maxmemory-policy to noeviction" in caplog.text


def test_without_the_library_there_is_advice() -> None:
    code = "import sys; sys.modules['bullmq'] = None; import pikku.queues.bullmq"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.splitlines()[-1] == "ImportError: BullMQQueue needs bullmq; run `pip install 'pikku[bullmq]'`"


async def _is_gone(admin: Any, queue: str) -> bool:
    return not await admin.exists(f"bull:{queue}:active", f"bull:{queue}:wait", f"bull:{queue}:failed")
