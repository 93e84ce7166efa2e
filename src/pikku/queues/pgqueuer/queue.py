"""The queue in a PostgreSQL database, by the library PgQueuer."""

import asyncio
import logging
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from pikku.model.change import Change, Outcome
from pikku.model.duration import Duration, parse_duration
from pikku.model.errors import QueueError
from pikku.ports.queue import Handler, Message
from pikku.ports.store import Hint, Store, TransactionalStore
from pikku.queues.carried_name import carried_name
from pikku.queues.due_messages import due_messages
from pikku.queues.job_data import job_payload
from pikku.queues.job_policy import job_policy, span
from pikku.queues.pgqueuer.faults import shown, told_of, told_of_tables
from pikku.queues.pgqueuer.jobs import JobWorker
from pikku.queues.pgqueuer.line import Line
from pikku.queues.pgqueuer.mailbox import Mailbox
from pikku.queues.pgqueuer.sweeper import Sweeper
from pikku.queues.pgqueuer.tables import Tables
from pikku.queues.transactional import as_transactional, joining

logger = logging.getLogger("pikku.queues.pgqueuer")

DEFAULT_SCHEMA = "pgqueuer"


class PgQueuerQueue:
    """Carries messages and plain jobs through PgQueuer's tables, for any number of processes.

    `dsn` is the address, `postgresql://user@host/database`; without one, it is the store's. If it is the same as the store's,
    changes and their messages are one transaction. PgQueuer's tables are made in `schema`, or with `None` wherever its own
    settings (`PGQUEUER_…`) put them. Where `dsn` is a pooler's, `listen_dsn` is the server's own address.

    A plain job that raises is tried again `job_retries` times, after `job_retry_delay` and then twice as long each time, at
    most 5 minutes; then it stays in the table as failed. A job whose worker has given no sign of life for `job_lease` is
    executed by another. Every `sweep_every`, PgQueuer's log is cleared of what nobody needs.
    """

    def __init__(
        self,
        dsn: str | None = None,
        *,
        schema: str | None = DEFAULT_SCHEMA,
        listen_dsn: str | None = None,
        job_retries: int = 5,
        job_retry_delay: Duration = "1s",
        job_lease: Duration = "30s",
        sweep_every: Duration = "1min",
    ) -> None:
        self._dsn = dsn
        self._listen_dsn = listen_dsn
        self._tables = Tables(schema)
        self._policy = job_policy(job_retries, job_retry_delay, job_lease)
        self._sweep_ms = parse_duration(sweep_every)
        self._opened: _Opened | None = None

    def __repr__(self) -> str:
        where = repr(shown(self._dsn)) if self._dsn else "the store's database"
        return f"PgQueuerQueue({where}, schema={self._tables.settings.db_schema!r})"

    async def open(self, store: Store) -> None:
        """Connect, and make PgQueuer's tables or bring them to its version. Raises `QueueError`."""
        if self._opened is not None:
            return
        transactional = as_transactional(store)
        dsn = self._dsn or (transactional.dsn if transactional else None)
        if dsn is None:
            raise QueueError(
                "PgQueuerQueue was given no address, and the store has none; write pgqueuer:postgresql://user@host/database "
                "as the queue, or PgQueuerQueue('postgresql://…')"
            )
        own = self._listen_dsn or dsn
        line = Line(own)
        try:
            with told_of(shown(own)):
                async with line.hold() as connection:
                    await self._tables.install(connection)
        except BaseException:
            await line.close()
            raise
        shared = transactional if transactional and transactional.dsn == dsn else None
        sweeper = Sweeper(own, self._tables, self._sweep_ms)
        self._opened = _Opened(store, shared, own, line, sweeper, asyncio.create_task(sweeper.run()))

    async def close(self) -> None:
        """Let go of all connections but those of `receive` and `consume`, which end with them."""
        opened, self._opened = self._opened, None
        if opened is not None:
            opened.sweeping.cancel()
            await asyncio.wait([opened.sweeping])
            await opened.line.close()

    async def apply(
        self, changes: Sequence[Change], messages: Sequence[Message | None], *, connection: Any = None
    ) -> Sequence[Outcome]:
        """Let the store make the changes, and send the message of each that was made.

        In one transaction, if both are in one database. Otherwise a message that cannot be sent is logged and forgotten:
        what it would have told is found by looking. Raises what the store raises.
        """
        opened = self._in_use()
        sends = any(message is not None for message in messages)
        if connection is not None:
            return await self._apply_within(opened, connection, changes, messages)
        if sends and opened.shared is not None:
            return await self._apply_together(opened, opened.shared, changes, messages)
        outcomes = await opened.store.apply(changes)
        if sends and (due := due_messages(outcomes, messages)):
            await self._send_or_forget(opened, due)
        return outcomes

    def receive(self, queues: Collection[str]) -> AsyncIterator[Hint]:
        """Which runs to look at, as messages of these queues come; a message is for one of those who receive them.

        An empty hint tells that the connection is new, so that messages may have been missed.
        """
        opened = self._in_use()
        entrypoints = {carried_name(queue) for queue in queues}
        opened.sweeper.note_messages(entrypoints)
        return Mailbox(opened.dsn, self._tables, entrypoints).hints()

    async def add(self, queue: str, data: Any, *, delay: Duration = 0) -> None:
        """Add a plain job, to be executed once `delay` has passed. Raises `QueueError` and `UnstorableValueError`."""
        opened = self._in_use()
        payload, entrypoint, after = job_payload(data, queue), carried_name(queue), span(delay)
        opened.sweeper.note_jobs([entrypoint])
        with told_of(shown(opened.dsn)):
            async with opened.line.hold() as connection:
                await self._tables.queries_on(connection).enqueue(entrypoint, payload, execute_after=after)

    async def consume(self, handlers: Mapping[str, Handler], concurrency: int) -> None:
        """Execute the plain jobs of these queues until cancelled; jobs under way are let end.

        A job may be executed twice: when its worker dies, or the database just when it was done.
        """
        opened = self._in_use()
        if not handlers:
            await asyncio.get_running_loop().create_future()
        opened.sweeper.note_jobs(map(carried_name, handlers))
        await JobWorker(opened.dsn, self._tables, self._policy, handlers, concurrency).run()

    async def _apply_together(
        self,
        opened: "_Opened",
        store: TransactionalStore,
        changes: Sequence[Change],
        messages: Sequence[Message | None],
    ) -> Sequence[Outcome]:
        try:
            return await store.in_transaction(lambda within: self._apply_within(opened, within, changes, messages))
        except QueueError as error:
            logger.warning("no messages were sent, the work is found by looking: %s", error)
            return await store.apply(changes)

    async def _apply_within(
        self, opened: "_Opened", connection: Any, changes: Sequence[Change], messages: Sequence[Message | None]
    ) -> Sequence[Outcome]:
        outcomes = await joining(opened.store).apply_within(connection, changes)
        # In another database than ours, nothing can be sent before somebody else commits: looking will find it.
        if opened.shared is not None and (due := due_messages(outcomes, messages)):
            opened.sweeper.note_messages(carried_name(message.queue) for message in due)
            with told_of_tables(shown(opened.dsn)):
                await self._tables.send(connection, due)
        return outcomes

    async def _send_or_forget(self, opened: "_Opened", messages: Sequence[Message]) -> None:
        opened.sweeper.note_messages(carried_name(message.queue) for message in messages)
        try:
            with told_of(shown(opened.dsn)):
                async with opened.line.hold() as connection:
                    await self._tables.send(connection, messages)
        except QueueError as error:
            logger.warning("%d messages were not sent, the work is found by looking: %s", len(messages), error)

    def _in_use(self) -> "_Opened":
        if self._opened is None:
            raise QueueError(f"{self!r} is not open; use it inside `async with app.connect(…)` or after open(store)")
        return self._opened


class _Opened(NamedTuple):
    """What an open queue holds. `shared` is the store, if it is in the same database; `dsn` is where we connect."""

    store: Store
    shared: TransactionalStore | None
    dsn: str
    line: Line
    sweeper: Sweeper
    sweeping: asyncio.Task[None]
