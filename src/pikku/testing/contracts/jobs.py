"""What every queue that carries plain jobs must do with them."""

import asyncio
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Self

import pytest

from pikku.model.errors import UnstorableValueError
from pikku.model.payload import Json, parse
from pikku.ports.queue import Handler
from pikku.testing.contracts.queues import HOSTILE_NAMES, PATIENCE, Process, Queues

EMAILS = "emails"
CONCURRENCY = 4
UNSTORABLE = {"object": object(), "nan": float("nan"), "infinity": {"a": [float("inf")]}, "surrogate": "\ud800"}


class JobContract:
    """Asks for a fixture `queues`, of queues that try a failing job again within a second."""

    async def test_a_job_is_executed_with_its_data(self, queues: Queues) -> None:
        here, there = await queues.open(), await queues.open()
        async with Workshop(there) as workshop:
            await here.queue.add(EMAILS, {"to": ["ada@example.com"], "n": 1.5, "none": None})
            assert await workshop.next_job() == {"to": ["ada@example.com"], "n": 1.5, "none": None}

    async def test_a_job_that_was_added_before_anybody_worked_is_executed(self, queues: Queues) -> None:
        here = await queues.open()
        await here.queue.add(EMAILS, "early")
        async with Workshop(here) as workshop:
            assert await workshop.next_job() == "early"

    async def test_every_job_is_executed_once_by_one_of_two_workers(self, queues: Queues) -> None:
        here, there = await queues.open(), await queues.open()
        done: asyncio.Queue[Any] = asyncio.Queue()
        async with Workshop(here, done=done) as workshop, Workshop(there, done=done):
            for number in range(50):
                await here.queue.add(EMAILS, number)
            assert sorted([await workshop.next_job() for _ in range(50)]) == list(range(50))
        assert done.empty()

    async def test_a_job_is_executed_by_the_handler_of_its_queue(self, queues: Queues) -> None:
        here = await queues.open()
        async with Workshop(here, queues=("letters", EMAILS)) as workshop:
            await here.queue.add("parcels", "nobody's")
            await here.queue.add("letters", "a letter")
            await here.queue.add(EMAILS, "an email")
            assert {await workshop.next_job(), await workshop.next_job()} == {"a letter", "an email"}
            assert sorted(workshop.queues_served) == [EMAILS, "letters"]

    async def test_a_delayed_job_is_not_executed_before_its_time(self, queues: Queues) -> None:
        here = await queues.open()
        async with Workshop(here) as workshop:
            added = asyncio.get_running_loop().time()
            await here.queue.add(EMAILS, "later", delay="700ms")
            await here.queue.add(EMAILS, "now")
            assert await workshop.next_job() == "now"
            assert await workshop.next_job() == "later"
            assert asyncio.get_running_loop().time() - added >= 0.7

    async def test_a_job_that_fails_is_executed_again(self, queues: Queues) -> None:
        here = await queues.open()
        async with Workshop(here, failures=2) as workshop:
            await here.queue.add(EMAILS, "hard")
            assert await workshop.next_job() == "hard"
            assert workshop.failures == 0

    async def test_no_more_jobs_are_executed_at_once_than_were_asked_for(self, queues: Queues) -> None:
        here = await queues.open()
        for concurrency in (1, 3):
            async with Workshop(here, concurrency=concurrency) as workshop:
                workshop.pause()
                for number in range(8):
                    await here.queue.add(EMAILS, number)
                await workshop.busy_with(concurrency)
                workshop.go_on()
                for _ in range(8):
                    await workshop.next_job()
                assert workshop.most_at_once == concurrency

    async def test_whoever_is_cancelled_lets_the_job_under_way_end(self, queues: Queues) -> None:
        here = await queues.open()
        async with Workshop(here) as workshop:
            workshop.pause()
            await here.queue.add(EMAILS, "long")
            await workshop.busy_with(1)
            workshop.cancel()
            workshop.go_on()
            assert await workshop.next_job() == "long"
        async with Workshop(here) as workshop:
            await here.queue.add(EMAILS, "the next one")
            assert await workshop.next_job() == "the next one"

    @pytest.mark.parametrize("name", HOSTILE_NAMES, ids=range(len(HOSTILE_NAMES)))
    async def test_any_name_can_be_a_queues(self, queues: Queues, name: str) -> None:
        here = await queues.open()
        async with Workshop(here, queues=(name,)) as workshop:
            await here.queue.add(name, "☂")
            assert await workshop.next_job() == "☂"

    async def test_data_can_be_large(self, queues: Queues) -> None:
        here = await queues.open()
        async with Workshop(here) as workshop:
            await here.queue.add(EMAILS, "☂" * 600_000)
            assert await workshop.next_job() == "☂" * 600_000

    @pytest.mark.parametrize("data", UNSTORABLE.values(), ids=UNSTORABLE)
    async def test_data_that_json_cannot_hold_are_an_error(self, queues: Queues, data: object) -> None:
        here = await queues.open()
        with pytest.raises(UnstorableValueError, match="the data of a job for 'emails' cannot be stored"):
            await here.queue.add(EMAILS, data)


class Workshop:
    """Executes the jobs of some queues, for as long as the block lasts. The first `failures` executions raise."""

    def __init__(
        self,
        process: Process,
        *,
        queues: tuple[str, ...] = (EMAILS,),
        failures: int = 0,
        concurrency: int = CONCURRENCY,
        done: asyncio.Queue[Any] | None = None,
    ) -> None:
        self.failures = failures
        self.queues_served: list[str] = []
        self.most_at_once = 0
        self._process = process
        self._handlers: Mapping[str, Handler] = {queue: self._handler(queue) for queue in queues}
        self._concurrency = concurrency
        self._done = done or asyncio.Queue()
        self._at_once = 0
        self._more = asyncio.Event()
        self._may_go_on = asyncio.Event()
        self._may_go_on.set()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._process.queue.consume(self._handlers, self._concurrency))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._may_go_on.set()
        self.cancel()
        await asyncio.wait([self._task])
        if not self._task.cancelled():
            self._task.result()

    async def next_job(self) -> Any:
        """The data of the next job that was executed."""
        async with asyncio.timeout(PATIENCE):
            return await self._done.get()

    async def busy_with(self, jobs: int) -> None:
        """Return when so many jobs are under way."""
        async with asyncio.timeout(PATIENCE):
            while self._at_once < jobs:
                self._more.clear()
                await self._more.wait()

    def pause(self) -> None:
        """Let no job end until `go_on`."""
        self._may_go_on.clear()

    def go_on(self) -> None:
        self._may_go_on.set()

    def cancel(self) -> None:
        self._task.cancel()

    async def cut_short(self) -> None:
        """Cancel, and once more when it waits for the jobs under way. Return when it has ended."""
        self.cancel()
        await asyncio.wait([self._task], timeout=0.1)
        self.cancel()
        async with asyncio.timeout(PATIENCE):
            await asyncio.wait([self._task])

    def _handler(self, queue: str) -> Handler:
        async def handle(data: Json) -> None:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
            self._more.set()
            try:
                await self._may_go_on.wait()
            finally:
                self._at_once -= 1
            if self.failures:
                self.failures -= 1
                raise RuntimeError("it broke")
            self.queues_served.append(queue)
            self._done.put_nowait(parse(data))

        return handle
