"""Executes plain jobs, by BullMQ's own workers."""

import asyncio
from collections.abc import Collection, Mapping
from contextlib import suppress

from bullmq import Job

from pikku.ports.queue import Handler
from pikku.queues.bullmq.address import Address
from pikku.queues.bullmq.enduring import EnduringClient
from pikku.queues.bullmq.faults import FAULTS
from pikku.queues.bullmq.lane import Lane
from pikku.queues.job_policy import JobPolicy

SPARE = 8
"""Connections beside those on which each queue waits for jobs."""


class JobWorker:
    """Executes the jobs of some queues, at most `concurrency` at once, on connections of its own."""

    def __init__(
        self, address: Address, prefix: str, policy: JobPolicy, handlers: Mapping[str, Handler], concurrency: int
    ) -> None:
        self._client = EnduringClient(address, address.pool(len(handlers) + SPARE))
        self._lanes = [Lane(queue, handler, self._client, prefix, policy) for queue, handler in handlers.items()]
        self._turn = asyncio.Semaphore(concurrency)
        self._under_way: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until cancelled; the jobs under way are let end. Cancelled twice, they are cut short and given back."""
        takers = [asyncio.create_task(self._take(lane)) for lane in self._lanes]
        keepers = [asyncio.create_task(lane.keep()) for lane in self._lanes]
        try:
            # Not gathered: whoever is cancelled while he gathers cancels all, and the locks must be kept to the end.
            done, _ = await asyncio.wait([*takers, *keepers], return_when=asyncio.FIRST_EXCEPTION)
            for task in done:
                task.result()
        finally:
            self._client.give_up()
            await self._end(takers)
            await self._outlast(self._under_way)
            await self._end(keepers)
            await self._client.aclose(close_connection_pool=True)

    async def _take(self, lane: Lane) -> None:
        while True:
            await lane.look()
            await self._turn.acquire()
            job = None
            try:
                job = await lane.next_job()
            finally:
                if job is None:
                    self._turn.release()
            if job is not None:
                task = asyncio.create_task(self._execute(lane, job))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)

    async def _execute(self, lane: Lane, job: Job) -> None:
        try:
            await lane.execute(job)
        finally:
            self._turn.release()

    async def _end(self, tasks: Collection[asyncio.Task[None]]) -> None:
        for task in tasks:
            task.cancel()
        await self._outlast(tasks)

    async def _outlast(self, tasks: Collection[asyncio.Task[None]]) -> None:
        """Wait for their ends, whatever these are. If cancelled meanwhile, cut the jobs short."""
        while pending := [task for task in tasks if not task.done()]:
            try:
                await asyncio.wait(pending)
            except asyncio.CancelledError:
                for lane in self._lanes:
                    lane.cut_short()
        for task in tasks:
            with suppress(asyncio.CancelledError, *FAULTS):
                task.result()
