"""Adds messages and plain jobs to BullMQ's queues."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import msgspec
from bullmq import Queue
from redis.asyncio import Redis

from pikku.model.errors import QueueError
from pikku.ports.queue import Message
from pikku.queues.bullmq.address import Address
from pikku.queues.bullmq.names import bullmq_name, keys_of
from pikku.queues.bullmq.scripts import Scripts
from pikku.queues.job_policy import JobPolicy
from pikku.queues.slip import Slip, slip_of

logger = logging.getLogger("pikku.queues.bullmq")

CONNECTIONS = 16
ANSWER_SECONDS = 10.0
"""Not long, because whoever changes a run waits for its messages to be sent."""

OLDEST = (6, 2)


class Outbox:
    """A few connections, made when they are needed."""

    def __init__(self, address: Address, prefix: str) -> None:
        self._address = address
        self._prefix = prefix
        self._client = Redis(connection_pool=address.pool(CONNECTIONS))
        self._scripts = Scripts(self._client)
        self._queues: dict[str, Any] = {}

    async def greet(self) -> None:
        """Find out whether the server answers and will do. Raises `QueueError` if it is too old."""
        async with asyncio.timeout(ANSWER_SECONDS):
            info = await self._client.info()
        if tuple(int(part) for part in info["redis_version"].split(".")[:2]) < OLDEST:
            raise QueueError(
                f"the server {self._address} is Redis {info['redis_version']}; BullMQQueue needs 6.2 or later, or Valkey"
            )
        if info.get("maxmemory") and info["maxmemory_policy"] != "noeviction":
            logger.warning(
                "the server %s forgets keys when it is full, and with them plain jobs; set its maxmemory-policy to noeviction",
                self._address,
            )

    async def send(self, messages: Sequence[Message]) -> None:
        """Add the messages, each once, those of one queue in one round trip."""
        by_queue: dict[str, list[Slip]] = {}
        for message in dict.fromkeys(messages):
            by_queue.setdefault(message.queue, []).append(slip_of(message))
        async with asyncio.timeout(ANSWER_SECONDS):
            await asyncio.gather(
                *(self._scripts.add(keys_of(self._prefix, queue), slips) for queue, slips in by_queue.items())
            )

    async def add(self, queue: str, payload: bytes, delay_ms: int, policy: JobPolicy) -> None:
        """Add a plain job, given its JSON."""
        backoff = {"type": "exponential", "delay": round(policy.retry_delay.total_seconds() * 1_000)}
        options = {
            # An id of our own: if the answer is lost and the job is added again, BullMQ knows it.
            "jobId": str(uuid4()),
            "delay": delay_ms,
            "attempts": policy.retries + 1,
            "backoff": backoff,
            "removeOnComplete": True,
        }
        async with asyncio.timeout(ANSWER_SECONDS):
            await self._queue(queue).add("job", msgspec.json.decode(payload), options)

    async def close(self) -> None:
        """Hang up. Safe at any time, also twice."""
        await self._client.aclose(close_connection_pool=True)

    def _queue(self, queue: str) -> Any:
        name = bullmq_name(queue)
        if name not in self._queues:
            # It reads all of BullMQ's scripts, so it is worth keeping.
            self._queues[name] = Queue(name, {"connection": self._client, "prefix": self._prefix})
        return self._queues[name]
