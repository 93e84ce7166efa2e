"""Executes the plain jobs of one queue, by BullMQ's own worker."""

import asyncio
import json
import logging
import time
from typing import cast

from bullmq import DelayedError, Job, Worker

from pikku.model.payload import Json
from pikku.ports.queue import Handler
from pikku.queues.bullmq.enduring import EnduringClient
from pikku.queues.bullmq.faults import FAULTS, said
from pikku.queues.bullmq.names import bullmq_name
from pikku.queues.job_policy import JobPolicy

logger = logging.getLogger("pikku.queues.bullmq")

# What BullMQ would ask of every server, and warn about: all since Redis 6.2 can wait for parts of a second.
_CAPABILITIES = {"canDoubleTimeout": True, "canBlockFor1Ms": False}


class Lane:
    """One queue of a `JobWorker`: BullMQ's worker without its loop.

    That loop knows no limit but its own queue's, and ends while jobs are under way, whose locks are then renewed no more.
    """

    def __init__(self, queue: str, handler: Handler, client: EnduringClient, prefix: str, policy: JobPolicy) -> None:
        self._queue = queue
        self._handler = handler
        self._lease_ms = round(policy.lease.total_seconds() * 1_000)
        self._executing: set[asyncio.Task[object]] = set()
        options = {
            "connection": client,
            "prefix": prefix,
            "autorun": False,
            "lockDuration": self._lease_ms,
            "stalledInterval": self._lease_ms // 2,
            "maxStalledCount": max(1, policy.retries),
        }
        self._worker = Worker(bullmq_name(queue), self._execute, options)
        self._worker.blockingRedisConnection.capabilities = _CAPABILITIES
        self._worker.on("error", self._complain)

    async def look(self) -> None:
        """Return when there may be a job."""
        worker = self._worker
        while worker.drained:
            worker.blockUntil = await worker.waitForJob()
            if worker.blockUntil <= time.time() * 1_000:
                return

    async def next_job(self) -> Job | None:
        """A job, which is ours from now on; `None` if there is none. If cancelled, it is given back."""
        taking = asyncio.ensure_future(self._worker.moveToActive(f"{self._worker.id}:{time.monotonic_ns()}"))
        try:
            return cast("Job | None", await asyncio.shield(taking))
        except asyncio.CancelledError:
            if job := await taking:
                await _give_back(job)
            raise
        except FAULTS:
            raise
        except Exception as error:  # noqa: BLE001  a stranger's job, which BullMQ cannot read, must not stop all others
            self._complain(error)
            return None

    async def execute(self, job: Job) -> None:
        """Execute it, and let BullMQ write down how it ended. Raises nothing."""
        await self._worker.processJob(job, job.token)

    def cut_short(self) -> None:
        """Let the jobs under way end now; they are given back, and it is no failure of theirs."""
        for task in self._executing:
            task.cancel()

    async def keep(self) -> None:
        """Keep the locks of the jobs under way, and find the jobs of dead workers, again and again."""
        self._worker.lockManager.start()
        try:
            while True:
                await self._worker.runStalledJobsCheck()
                await asyncio.sleep(self._lease_ms / 2_000)
        finally:
            await self._worker.lockManager.close()

    async def _execute(self, job: Job, token: str) -> None:
        task = cast("asyncio.Task[object]", asyncio.current_task())
        try:
            await self._handle(Json(json.dumps(job.data)), task)
        except asyncio.CancelledError as cut:
            if not task.cancelling():
                raise RuntimeError("it was cancelled from within") from cut
            await _give_back(job)
            raise DelayedError from cut
        except Exception as error:
            logger.warning("a job of %r failed: %s: %s", self._queue, type(error).__name__, said(error))
            raise

    async def _handle(self, data: Json, task: asyncio.Task[object]) -> None:
        self._executing.add(task)
        try:
            await self._handler(data)
        finally:
            self._executing.discard(task)

    def _complain(self, error: BaseException, *_: object) -> None:
        logger.warning("trouble with the jobs of %r: %s", self._queue, said(error))


async def _give_back(job: Job) -> None:
    # BullMQ's way to put back a job without counting an attempt: a delay of no time.
    await job.moveToDelayed(round(time.time() * 1_000), job.token)
