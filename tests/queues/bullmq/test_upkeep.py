"""What messages and jobs leave behind: nothing that grows."""

import asyncio
from typing import Any

import pytest
from bullmq import Queue
from redis.asyncio import Redis
from tests.queues.surroundings import NewProcess, until

from pikku.model.payload import Json
from pikku.model.queue_names import ORCHESTRATOR
from pikku.ports.queue import Message
from pikku.queues.bullmq.scripts import MOST_WAITING
from pikku.testing.contracts.jobs import EMAILS, Workshop
from pikku.testing.contracts.queues import HOSTILE_NAMES, Receiver, send
from pikku.testing.contracts.scene import ANN, OTHER, RUN, created, run_id, woken

RUNS = [run_id(number) for number in range(1, 101)]
BOOKKEEPING = {"id", "meta", "events", "marker", "stalled-check"}
"""Keys of a queue of BullMQ that there is one of."""


@pytest.fixture
async def keys_left(admin: Any, redis_prefix: str) -> Any:
    """What a queue has left, besides its bookkeeping."""

    async def left(queue: str) -> set[str]:
        root = f"{redis_prefix}:{queue}:"
        return {key.removeprefix(root) async for key in admin.scan_iter(f"{root}*")} - BOOKKEEPING

    return left


class TestMessages:
    async def test_those_that_were_taken_leave_nothing_behind(self, new_process: NewProcess, keys_left: Any) -> None:
        process = await new_process()
        async with Receiver(process) as receiver:
            await receiver.tune_in(process)
            await send(process, *map(created, RUNS))
            for run in RUNS:
                await receiver.hears(run)
        assert await keys_left(ORCHESTRATOR) == set()

    async def test_the_oldest_of_those_that_nobody_takes_are_forgotten(
        self, new_process: NewProcess, admin: Any, redis_prefix: str
    ) -> None:
        process = await new_process()
        await process.store.apply([created(by=ANN)])
        for _ in range(12):
            messages = [Message("nobody's", RUN, f"step#{number}") for number in range(1_000)]
            await process.queue.apply([woken()] * 1_000, messages)
        assert await admin.llen(f"{redis_prefix}:nobody's:wait") == MOST_WAITING
        assert await admin.exists(f"{redis_prefix}:nobody's:1", f"{redis_prefix}:nobody's:{12_000 - MOST_WAITING}") == 0
        assert await admin.exists(f"{redis_prefix}:nobody's:{12_001 - MOST_WAITING}") == 1

    async def test_they_wait_for_a_receiver(self, new_process: NewProcess) -> None:
        process = await new_process()
        await send(process, created())
        async with Receiver(process) as receiver:
            await until(lambda: _told(receiver))

    async def test_receivers_of_other_queues_do_not_hear(self, new_process: NewProcess) -> None:
        here, there = await new_process(), await new_process()
        async with Receiver(here) as mine, Receiver(there, ["workflow-other-orchestrator"]) as other:
            await mine.tune_in(here)
            await other.tune_in(there)
            await send(here, created())
            await mine.hears(RUN)
            await send(here, created(run_id(2)), queue="workflow-other-orchestrator")
            await other.hears(run_id(2))
            assert not other.was_told_of(RUN)
            assert not mine.was_told_of(run_id(2))

    async def test_all_are_taken_however_many_there_are(self, new_process: NewProcess) -> None:
        process = await new_process()
        runs = [run_id(number) for number in range(10, 1_010)]
        async with Receiver(process, ["loud", "quiet"]) as receiver:
            await receiver.tune_in(process)
            await send(process, *map(created, runs), queue="loud")
            await send(process, created(), queue="quiet")
            for run in (RUN, *runs):
                await receiver.hears(run)

    async def test_whoever_receives_of_no_queue_just_waits(self, new_process: NewProcess) -> None:
        async with Receiver(await new_process(), []):
            pass

    async def test_the_same_message_is_sent_once(self, new_process: NewProcess, admin: Any, redis_prefix: str) -> None:
        process = await new_process()
        await process.queue.apply([created(), created(OTHER)], [Message(ORCHESTRATOR, RUN)] * 2)
        assert await admin.llen(f"{redis_prefix}:{ORCHESTRATOR}:wait") == 1

    @pytest.mark.parametrize("name", HOSTILE_NAMES, ids=range(len(HOSTILE_NAMES)))
    async def test_no_name_of_a_queue_has_a_colon_at_bullmq(
        self, new_process: NewProcess, admin: Any, redis_prefix: str, name: str
    ) -> None:
        process = await new_process()
        await send(process, created(), queue=name)
        (key,) = [key async for key in admin.scan_iter(f"{redis_prefix}:*:wait")]
        assert key.count(":") == 2
        assert len(key.encode()) < 600


class TestJobs:
    async def test_those_that_were_done_leave_nothing_behind(self, new_process: NewProcess, keys_left: Any) -> None:
        process = await new_process()
        async with Workshop(process) as workshop:
            for number in range(20):
                await process.queue.add(EMAILS, number)
            for _ in range(20):
                await workshop.next_job()
        assert await keys_left(EMAILS) == set()

    async def test_one_that_fails_for_good_is_kept_with_its_errors(
        self, new_process: NewProcess, admin: Any, redis_prefix: str
    ) -> None:
        process = await new_process(job_retries=2)
        async with Workshop(process, failures=1_000) as workshop:
            await process.queue.add(EMAILS, "hopeless")
            await until(lambda: admin.zcard(f"{redis_prefix}:{EMAILS}:failed"))
            assert workshop.failures == 1_000 - 3
        (job_id,) = await admin.zrange(f"{redis_prefix}:{EMAILS}:failed", 0, -1)
        job = await admin.hgetall(f"{redis_prefix}:{EMAILS}:{job_id}")
        assert job["failedReason"] == "it broke"
        assert job["stacktrace"].count("RuntimeError: it broke") == 3

    async def test_one_that_cancels_itself_has_failed(
        self, new_process: NewProcess, admin: Any, redis_prefix: str
    ) -> None:
        async def handle(data: Json) -> None:
            raise asyncio.CancelledError

        process = await new_process(job_retries=0)
        await process.queue.add(EMAILS, "strange")
        consuming = asyncio.create_task(process.queue.consume({EMAILS: handle}, 1))
        await until(lambda: admin.zcard(f"{redis_prefix}:{EMAILS}:failed"))
        consuming.cancel()
        await asyncio.wait([consuming])


class TestStrangers:
    """Whoever else uses BullMQ's queues."""

    async def test_their_job_that_nobody_can_read_does_not_stop_the_others(
        self, new_process: NewProcess, admin: Any, redis_prefix: str
    ) -> None:
        process = await new_process()
        await admin.hset(f"{redis_prefix}:{EMAILS}:broken", mapping={"name": "job", "data": "{", "opts": "{}"})
        await admin.lpush(f"{redis_prefix}:{EMAILS}:wait", "broken")
        await process.queue.add(EMAILS, "whole")
        async with Workshop(process) as workshop:
            assert await workshop.next_job() == "whole"

    @pytest.mark.parametrize("data", [b"\xff\xfe", b"[" * 100_000, b'{"run_id": 1}', b""])
    async def test_what_nobody_can_read_does_not_end_the_hints(
        self, new_process: NewProcess, admin: Any, redis_prefix: str, data: bytes
    ) -> None:
        process = await new_process()
        await admin.hset(f"{redis_prefix}:{ORCHESTRATOR}:theirs", mapping={"name": "job", "data": data, "opts": "{}"})
        await admin.lpush(f"{redis_prefix}:{ORCHESTRATOR}:wait", "theirs")
        async with Receiver(process) as receiver:
            await receiver.tune_in(process)
            await send(process, created())
            await until(lambda: _told(receiver))

    @pytest.mark.parametrize("options", [{}, {"priority": 3}, {"lifo": True}], ids=str)
    async def test_their_job_says_to_look_anywhere(
        self, new_process: NewProcess, strangers_queue: Queue, options: dict[str, Any]
    ) -> None:
        process = await new_process()
        async with Receiver(process) as receiver:
            await receiver.tune_in(process)
            await strangers_queue.add("theirs", {"to": "ada"}, options)
            await receiver.hears(RUN)
            assert not receiver.was_told_of(RUN)
        assert await _has_no_jobs(strangers_queue)

    async def test_their_delayed_job_is_taken_when_it_is_due(
        self, new_process: NewProcess, strangers_queue: Queue
    ) -> None:
        process = await new_process()
        await strangers_queue.add("theirs", {"to": "ada"}, {"delay": 1})
        await strangers_queue.add("theirs", {"to": "bob"}, {"delay": 1_000_000})
        async with Receiver(process):
            await until(lambda: _is_alone(strangers_queue))

    async def test_they_can_stop_messages_for_a_while(self, new_process: NewProcess, strangers_queue: Queue) -> None:
        process = await new_process()
        async with Receiver(process) as receiver, Receiver(process, ["another"]) as beside:
            await receiver.tune_in(process)
            await beside.tune_in(process)
            await strangers_queue.pause()
            await send(process, created())
            await send(process, created(OTHER), queue="another")
            await beside.hears(OTHER)
            assert not receiver.was_told_of(RUN)
            await strangers_queue.resume()
            await until(lambda: _told(receiver))


@pytest.fixture
async def strangers_queue(redis_url: str, redis_prefix: str) -> Any:
    async with Redis.from_url(redis_url, decode_responses=True) as client:
        yield Queue(ORCHESTRATOR, {"connection": client, "prefix": redis_prefix})


async def _has_no_jobs(queue: Queue) -> bool:
    return not any((await queue.getJobCounts()).values())


async def _is_alone(queue: Queue) -> bool:
    return bool(sum((await queue.getJobCounts()).values()) == 1)


async def _told(receiver: Receiver) -> bool:
    return receiver.was_told_of(RUN)
