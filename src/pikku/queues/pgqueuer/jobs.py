"""Executes plain jobs, by PgQueuer's own worker."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import cast

from pgqueuer import DatabaseRetryEntrypointExecutor, Job, QueueManager, RetryRequested
from pgqueuer.executors import AbstractEntrypointExecutor, EntrypointExecutorParameters

from pikku.model.errors import QueueError
from pikku.model.pauses import next_pause
from pikku.model.payload import NULL, Json
from pikku.ports.queue import Handler
from pikku.queues.carried_name import carried_name
from pikku.queues.job_policy import JobPolicy
from pikku.queues.pgqueuer.driver import EnduringDriver
from pikku.queues.pgqueuer.faults import FAULTS, shown, told_of
from pikku.queues.pgqueuer.tables import Tables

logger = logging.getLogger("pikku.queues.pgqueuer")

LOOK = timedelta(seconds=1)
"""How late a job may be tried again: PgQueuer tells of new jobs, but not of those that were put back."""

LONGEST_DELAY = timedelta(minutes=5)
NO_STATISTICS = timedelta(0)


class JobWorker:
    """Executes the jobs of some queues, at most `concurrency` at once, on a connection of its own."""

    def __init__(
        self, dsn: str, tables: Tables, policy: JobPolicy, handlers: Mapping[str, Handler], concurrency: int
    ) -> None:
        self._dsn = dsn
        self._tables = tables
        self._policy = policy
        self._handlers = handlers
        self._concurrency = concurrency
        self._turn = asyncio.Semaphore(concurrency)
        self._under_way: set[asyncio.Task[object]] = set()

    async def run(self) -> None:
        """Until cancelled; the jobs under way are let end. Cancelled twice, they are cut short and put back."""
        pause = 0
        while True:
            try:
                with told_of(shown(self._dsn)):
                    await self._work()
            except (QueueError, RuntimeError) as error:  # the latter: PgQueuer misses its tables
                logger.warning("no jobs for now: %s", error)
            pause = next_pause(pause)
            await asyncio.sleep(pause / 1_000)

    async def _work(self) -> None:
        driver = EnduringDriver(self._dsn)
        worker = QueueManager(self._tables.queries(driver), channel=self._tables.channel)
        for queue, handler in self._handlers.items():
            register = worker.entrypoint(
                carried_name(queue), accepts_context=False, on_failure="hold", executor_factory=self._executor
            )
            register(self._entry(handler))
        # PgQueuer's worker wants room for two batches.
        room = max(2, self._concurrency)
        work = asyncio.create_task(
            worker.run(
                dequeue_timeout=LOOK,
                batch_size=room // 2,
                max_concurrent_tasks=room,
                heartbeat_timeout=self._policy.lease,
                log_aggregation_interval=NO_STATISTICS,
            )
        )
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            worker.shutdown.set()
            driver.give_up()
            await self._let_end(work)
            raise
        finally:
            await driver.close()

    async def _let_end(self, work: asyncio.Task[None]) -> None:
        with suppress(*FAULTS, RuntimeError):
            try:
                await asyncio.shield(work)
            except asyncio.CancelledError:
                for job in self._under_way:
                    job.cancel()
                await work

    def _entry(self, handler: Handler) -> Callable[[Job], Awaitable[None]]:
        async def entry(job: Job) -> None:
            task = cast("asyncio.Task[object]", asyncio.current_task())
            self._under_way.add(task)
            try:
                async with self._turn:
                    await handler(NULL if job.payload is None else Json(job.payload.decode()))
            except asyncio.CancelledError as cut:
                # PgQueuer would forget the job as if somebody had cancelled it; but it is the process that ends.
                raise RetryRequested(reason="cut short") from cut
            finally:
                self._under_way.discard(task)

        return entry

    def _executor(self, parameters: EntrypointExecutorParameters) -> AbstractEntrypointExecutor:
        return DatabaseRetryEntrypointExecutor(
            parameters,
            max_attempts=self._policy.retries,
            initial_delay=self._policy.retry_delay,
            max_delay=max(LONGEST_DELAY, self._policy.retry_delay),
        )
