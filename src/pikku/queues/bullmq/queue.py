"""The queue on a Redis or Valkey server, by the library BullMQ."""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from pikku.model.change import Change, Outcome
from pikku.model.duration import Duration, parse_duration
from pikku.model.errors import QueueError
from pikku.ports.queue import Handler, Message
from pikku.ports.store import Hint, Store
from pikku.queues.bullmq.address import Address
from pikku.queues.bullmq.faults import told_of
from pikku.queues.bullmq.jobs import JobWorker
from pikku.queues.bullmq.mailbox import Mailbox
from pikku.queues.bullmq.outbox import Outbox
from pikku.queues.due_messages import due_messages
from pikku.queues.job_data import job_payload
from pikku.queues.job_policy import job_policy
from pikku.queues.transactional import joining

logger = logging.getLogger("pikku.queues.bullmq")

DEFAULT_PREFIX = "bull"


class BullMQQueue:
    """Carries messages and plain jobs through BullMQ's queues, for any number of processes, in Python and in Node.

    `url` is the server's address, `redis://user:password@host:6379/0`, `rediss://…` or `unix:///path?db=0`; without one, it
    is the store's. The keys of BullMQ begin with `prefix`, for Node too.

    A plain job that raises is tried again `job_retries` times, after `job_retry_delay` and then twice as long each time;
    then it stays in BullMQ as failed. A job whose worker has given no sign of life for `job_lease` is executed by another.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        prefix: str = DEFAULT_PREFIX,
        job_retries: int = 5,
        job_retry_delay: Duration = "1s",
        job_lease: Duration = "30s",
    ) -> None:
        self._url = url
        self._prefix = prefix
        self._policy = job_policy(job_retries, job_retry_delay, job_lease)
        self._opened: _Opened | None = None

    def __repr__(self) -> str:
        where = repr(str(Address(self._url))) if self._url else "the store's server"
        return f"BullMQQueue({where}, prefix={self._prefix!r})"

    async def open(self, store: Store) -> None:
        """Connect, and look whether the server will do. Raises `QueueError`."""
        if self._opened is not None:
            return
        # Of all stores, only that on the same kind of server has such an address.
        url = self._url or getattr(store, "url", None)
        if url is None:
            raise QueueError(
                "BullMQQueue was given no address, and the store has none; write bullmq:redis://host:6379/0 as the queue, "
                "or BullMQQueue('redis://…')"
            )
        address = Address(url)
        with told_of(address):
            outbox = Outbox(address, self._prefix)
            try:
                await outbox.greet()
            except BaseException:
                await outbox.close()
                raise
        self._opened = _Opened(store, address, outbox)

    async def close(self) -> None:
        """Let go of all connections but those of `receive` and `consume`, which end with them."""
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened.outbox.close()

    async def apply(
        self, changes: Sequence[Change], messages: Sequence[Message | None], *, connection: Any = None
    ) -> Sequence[Outcome]:
        """Let the store make the changes, and then send the message of each that was made.

        A message that cannot be sent is logged and forgotten: what it would have told is found by looking. So it is with all
        messages of a `connection`, before whose transaction ends nothing can be told. Raises what the store raises.
        """
        opened = self._in_use()
        if connection is not None:
            return await joining(opened.store).apply_within(connection, changes)
        outcomes = await opened.store.apply(changes)
        if due := due_messages(outcomes, messages):
            await self._send_or_forget(opened, due)
        return outcomes

    def receive(self, queues: Collection[str]) -> AsyncIterator[Hint]:
        """Which runs to look at, as messages of these queues come; a message is for one of those who receive them.

        An empty hint tells that the connection is new, so that messages may have been missed.
        """
        return Mailbox(self._in_use().address, self._prefix, queues).hints()

    async def add(self, queue: str, data: Any, *, delay: Duration = 0) -> None:
        """Add a plain job, to be executed once `delay` has passed. Raises `QueueError` and `UnstorableValueError`."""
        opened = self._in_use()
        payload, delay_ms = job_payload(data, queue), parse_duration(delay)
        with told_of(opened.address):
            await opened.outbox.add(queue, payload, delay_ms, self._policy)

    async def consume(self, handlers: Mapping[str, Handler], concurrency: int) -> None:
        """Execute the plain jobs of these queues until cancelled; jobs under way are let end.

        A job may be executed twice: when its worker dies, or the server just when it was done.
        """
        opened = self._in_use()
        if not handlers:
            await asyncio.get_running_loop().create_future()
        await JobWorker(opened.address, self._prefix, self._policy, handlers, concurrency).run()

    async def _send_or_forget(self, opened: "_Opened", messages: Sequence[Message]) -> None:
        try:
            with told_of(opened.address):
                await opened.outbox.send(messages)
        except QueueError as error:
            logger.warning("%d messages were not sent, the work is found by looking: %s", len(messages), error)

    def _in_use(self) -> "_Opened":
        if self._opened is None:
            raise QueueError(f"{self!r} is not open; use it inside `async with app.connect(…)` or after open(store)")
        return self._opened


class _Opened(NamedTuple):
    """What an open queue holds."""

    store: Store
    address: Address
    outbox: Outbox
