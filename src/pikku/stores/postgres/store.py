"""The store in a PostgreSQL database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from pikku.model.change import Applied, Change, Held, Lease, Outcome, StepInserted
from pikku.model.errors import ClosedStoreError, StoreError
from pikku.model.failure import LOST
from pikku.model.ids import RunId
from pikku.model.run import Run
from pikku.model.step import Attempt, Step
from pikku.ports.clock import TimeSource
from pikku.ports.schema import SchemaVersion
from pikku.ports.store import ClaimedStep, Hint, RunQuery, Snapshot
from pikku.stores.count import count_of
from pikku.stores.hearing import Hearing
from pikku.stores.postgres.address import address_of
from pikku.stores.postgres.batch import Batch
from pikku.stores.postgres.beside import LoopBeside
from pikku.stores.postgres.connections import Connections, Loan
from pikku.stores.postgres.faults import IN_EACH_OTHERS_WAY, THERE_ALREADY, UNWRITABLE
from pikku.stores.postgres.listening import hear_channel
from pikku.stores.postgres.listing import IN_ORDER, listing
from pikku.stores.postgres.lone_step import lone_step, parameters_of
from pikku.stores.postgres.query import Query
from pikku.stores.postgres.schema import adopt, read_version
from pikku.stores.row import RUN_COLUMNS, attempt_of, failure_text, readable, run_as_read, run_of, step_of

T = TypeVar("T")

APPLY_CHANGES = Query("apply_changes")
INSERT_STEP = Query("insert_step")
DELETE_RUNS = Query("delete_runs")
CLAIM_RUNS = Query("claim_runs")
CLAIM_STEPS = Query("claim_steps")
RENEW_HELD = Query("renew_held")
SELECT_SNAPSHOTS = Query("select_snapshots")
SELECT_PARTS = Query("select_parts")
SELECT_RUN = Query("select_run")
SELECT_ATTEMPTS = Query("select_attempts")
SELECT_NEXT_DUE = Query("select_next_due")

_run_columns = itemgetter(*RUN_COLUMNS)

TRIES = 3
"""How often a transaction is tried that others were in the way of: the database has undone it, so that nothing is made twice."""


class PostgresStore:
    """Keeps everything in a schema of a PostgreSQL database, for any number of processes on any number of machines.

    `dsn` is the address, `postgresql://user@host/database`; `schema` is created if it is not there. At most `pool_size`
    connections are used at once, besides one for hints and one for leases; none is held while a workflow or a step runs.
    Behind a pooler that hands out connections by transaction (PgBouncer), set `statement_cache_size=0`, and `listen_dsn` to
    the server's own address: without it, the store then looks for changes four times a second instead of hearing of them.

    The store's clock is the database's. `clock` is for tests: its time is used instead. Raises `StoreURLError` for an address
    or the name of a schema that cannot be one, and `ConfigurationError` for a `pool_size` below 1.
    """

    def __init__(
        self,
        dsn: str,
        *,
        schema: str = "workflows",
        pool_size: int = 4,
        statement_cache_size: int = 100,
        listen_dsn: str | None = None,
        clock: TimeSource | None = None,
    ) -> None:
        self._address = address_of(dsn, schema)
        self._pool_size = count_of("pool_size", pool_size, least=1)
        self._statement_cache_size = statement_cache_size
        self._clock = clock
        self._apply_changes = APPLY_CHANGES.within(self._address.quoted)
        self._insert_step = INSERT_STEP.within(self._address.quoted)
        self._delete_runs = DELETE_RUNS.within(self._address.quoted)
        self._turn = asyncio.Lock()
        self._lines: _Lines | None = None
        hears = listen_dsn or (dsn if statement_cache_size else None)
        self._hints = Hearing(partial(hear_channel, hears, self._address.channel) if hears else None)

    def __repr__(self) -> str:
        return f"PostgresStore({str(self._address)!r}, schema={self._address.schema!r})"

    @property
    def dsn(self) -> str:
        """The address of the database, as it was given: with the password, if there is one in it."""
        return self._address.dsn

    async def open(self, *, migrate: bool = True) -> None:
        """Connect, creating the schema if it is not there, and bringing it to the newest version.

        Raises `ForeignStoreError`, `NewerStoreError` or `StoreUnavailableError`; without `migrate`, `StoreError` if the
        schema is not the newest.
        """
        async with self._turn:
            if self._lines is not None:
                return
            pool = self._connections(self._pool_size)
            try:
                async with pool.lend() as connection:
                    await adopt(connection, self._address, migrate=migrate)
            except BaseException:
                await pool.close()
                raise
            beside = LoopBeside("pikku-postgres")
            beside.start()
            self._lines = _Lines(pool, beside, self._connections(1))

    async def schema_version(self) -> SchemaVersion:
        """Look which version the schema has. Changes nothing, and does not need the store to be open.

        Raises `ForeignStoreError`, `NewerStoreError` or `StoreUnavailableError`.
        """
        pool = self._connections(1)
        try:
            async with pool.lend() as connection:
                return await read_version(connection, self._address)
        finally:
            await pool.close()

    async def close(self) -> None:
        """Let go of all connections."""
        async with self._turn:
            lines, self._lines = self._lines, None
            await self._hints.stop()
            if lines is not None:
                await lines.pool.close()
                await asyncio.to_thread(lines.end)

    async def apply(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        step = lone_step(changes) if self._statement_cache_size else None
        async with self._lent() as connection:
            if step and (applied := await _undisturbed(lambda: self._insert(connection, step))):
                return [applied]
            batch = Batch(changes)
            return batch.outcomes(await _undisturbed(lambda: self._write(connection, batch)))

    async def apply_within(self, connection: Any, changes: Sequence[Change]) -> Sequence[Outcome]:
        """`apply` in the transaction that this asyncpg connection has begun: what it tells is true if that commits.

        Others hear of it when it commits. The runs that the changes are about stay locked until then. What goes wrong is raised
        as the driver raises it, as for the other statements of that transaction. Raises `StoreError` if there is none.
        """
        self._opened()
        if not connection.is_in_transaction():
            raise StoreError(
                "what is written with a connection of yours is written in its transaction, and it is in none; "
                "begin one with `async with connection.transaction():`, or give no connection"
            )
        batch = Batch(changes)
        return batch.outcomes(await self._write_carefully(connection, batch))

    async def in_transaction(self, work: Callable[[Any], Awaitable[T]]) -> T:
        """What `work` returns for an asyncpg connection in a transaction, committed afterwards.

        It is done again, from the beginning and after a rollback, when others were in its way. `work` uses that connection
        alone: one of the pool is taken for as long as it lasts. What it raises undoes the transaction and is raised; errors of
        network, server and rights become `StoreUnavailableError`.
        """
        async with self._lent() as connection:

            async def once() -> T:
                async with connection.transaction():
                    return await work(connection)

            return await _undisturbed(once)

    async def load(
        self, run_ids: Sequence[RunId], only: Mapping[RunId, Collection[str]] | None = None
    ) -> Sequence[Snapshot]:
        wanted = [each for each in run_ids if "\x00" not in each]
        if only:
            rows = await self._fetch(SELECT_PARTS, self._now(), *_parts(wanted, only))
        else:
            rows = await self._fetch(SELECT_SNAPSHOTS, wanted, self._now())
        found = {row["run"]["run_id"]: row for row in rows if row["run"]}
        steps: dict[str, dict[str, Step]] = {run_id: {} for run_id in found}
        for row in rows:
            if row["run_id"]:
                step = step_of(row[2:])
                steps[step.run_id][step.call.key] = step
        return [
            Snapshot(run_of(_run_columns(row["run"])), steps[run_id], row["at_ms"]) for run_id, row in found.items()
        ]

    async def claim_runs(self, lease: Lease, workflows: Collection[str], limit: int) -> Sequence[Run]:
        rows = await self._fetch(CLAIM_RUNS, self._now(), lease.owner, lease.ttl_ms, list(workflows), limit)
        rows.sort(key=lambda row: (row["was_due"], row["run_id"]))
        return readable(run_of, [row[1:] for row in rows])

    async def claim_steps(
        self, lease: Lease, functions: Collection[str], limit: int, workflows: Collection[str] | None = None
    ) -> Sequence[ClaimedStep]:
        wanted = (lease.owner, lease.ttl_ms, list(functions), limit)
        of_workflows = None if workflows is None else list(workflows)
        rows = await self._fetch(CLAIM_STEPS, self._now(), *wanted, failure_text(LOST), of_workflows)
        rows.sort(key=lambda row: (row["was_due"], row["run_id"], row["key"]))
        return readable(lambda row: ClaimedStep(step_of(row[2:]), row["workflow"]), rows)

    def renew(self, lease: Lease, held: Sequence[Held]) -> Sequence[Held]:
        lines = self._opened()
        return lines.beside.wait_for(self._renew(lines.keeper, lease, held))

    async def next_due(
        self, workflows: Collection[str], functions: Collection[str], besides: str | None = None
    ) -> int | None:
        [[due_in]] = await self._fetch(SELECT_NEXT_DUE, self._now(), list(workflows), list(functions), besides)
        return None if due_in is None else max(0, due_in)

    def hints(self) -> AsyncIterator[Hint]:
        return self._hints.listen()

    async def get_run(self, run_id: RunId) -> Run | None:
        rows = await self._fetch(SELECT_RUN, run_id)
        return run_as_read(*rows[0]) if rows else None

    async def list_runs(self, query: RunQuery) -> Sequence[Run]:
        text, values = listing(self._address.quoted, query, self._now())
        if not query.bare:
            return [run_as_read(*row) for row in await self._fetch_text(text, *values)]
        return [run_of(row) for row in await self._fetch_in_order(text, values, in_order=not query.run_ids)]

    async def history(self, run_id: RunId) -> Sequence[Attempt]:
        return [attempt_of(row) for row in await self._fetch(SELECT_ATTEMPTS, run_id)]

    async def _insert(self, connection: Any, step: StepInserted) -> Applied | None:
        """That the step is written, or `None` if something was in the way and nothing was."""
        with suppress(THERE_ALREADY):
            at_ms = await connection.fetchval(self._insert_step, *parameters_of(step, self._now()))
            return None if at_ms is None else Applied(at_ms)
        return None

    async def _write(self, connection: Any, batch: Batch) -> list[Any]:
        """What each wave was answered: one statement for one wave, which is nearly always all; one transaction in any case."""
        if len(batch.waves) == 1 and not batch.waves[0].deletes:
            (wave,) = batch.waves
            locked = () if wave.locks_as_it_goes else batch.run_ids
            values = wave.parameters(self._now(), self._address.channel, careful=False, locked=locked)
            with suppress(THERE_ALREADY):
                return [await connection.fetchrow(self._apply_changes, *values)]
        async with connection.transaction():
            return await self._write_carefully(connection, batch)

    async def _write_carefully(self, connection: Any, batch: Batch) -> list[Any]:
        """The same in a transaction that has begun: what is there already must not break it."""
        now, channel = self._now(), self._address.channel
        answers: list[Any] = []
        for wave in batch.waves:
            if wave.changes:
                locked = () if answers else batch.run_ids
                values = wave.parameters(now, channel, careful=True, locked=locked)
                answers.append(await connection.fetchrow(self._apply_changes, *values))
                now = answers[0]["at_ms"]
            if wave.deletes:
                answers.append(await connection.fetchrow(self._delete_runs, *wave.deletions(now)))
                now = answers[0]["at_ms"]
        return answers

    async def _renew(self, keeper: Connections, lease: Lease, held: Sequence[Held]) -> Sequence[Held]:
        columns = ([each.run_id for each in held], [each.epoch for each in held], [each.key for each in held])
        async with keeper.lend() as connection:
            sql = RENEW_HELD.within(self._address.quoted)
            lost = await connection.fetchval(sql, self._now(), lease.ttl_ms, *columns)
        return [held[place - 1] for place in lost]

    async def _fetch(self, query: Query, *values: Any) -> list[Any]:
        return await self._fetch_text(query.within(self._address.quoted), *values)

    async def _fetch_text(self, text: str, *values: Any) -> list[Any]:
        async with self._lent() as connection:
            # A name with a NUL cannot be stored, so that nothing has it.
            with suppress(UNWRITABLE):
                rows: list[Any] = await connection.fetch(text, *values)
                return rows
        return []

    async def _fetch_in_order(self, text: str, values: Sequence[Any], *, in_order: bool) -> list[Any]:
        async with self._lent() as connection:
            with suppress(UNWRITABLE):
                async with connection.transaction(readonly=True):
                    if in_order:
                        await connection.execute(IN_ORDER)
                    rows: list[Any] = await connection.fetch(text, *values)
                    return rows
        return []

    def _lent(self) -> Loan:
        return self._opened().pool.lend()

    def _connections(self, size: int) -> Connections:
        return Connections(self._address, size=size, statement_cache_size=self._statement_cache_size)

    def _now(self) -> int | None:
        """The time to go by, `None` for the database's."""
        return self._clock.now() if self._clock else None

    def _opened(self) -> "_Lines":
        lines = self._lines
        if lines is None:
            raise ClosedStoreError(str(self._address))
        return lines


async def _undisturbed(transaction: Callable[[], Awaitable[T]]) -> T:
    for _ in range(TRIES - 1):
        with suppress(*IN_EACH_OTHERS_WAY):
            return await transaction()
    return await transaction()


def _parts(run_ids: Sequence[RunId], only: Mapping[RunId, Collection[str]]) -> tuple[list[str], ...]:
    """The runs, those of which all steps are wanted, and the places of the steps that are wanted of the others."""
    places = [(run_id, key) for run_id in run_ids for key in {*only.get(run_id, ())} if "\x00" not in key]
    whole: list[str] = [run_id for run_id in run_ids if run_id not in only]
    return [*run_ids], whole, [run_id for run_id, _ in places], [key for _, key in places]


class _Lines(NamedTuple):
    """What an open store holds: the connections of its loop, and a loop beside with the connection that keeps leases."""

    pool: Connections
    beside: LoopBeside
    keeper: Connections

    def end(self) -> None:
        self.beside.wait_for(self.keeper.close())
        self.beside.stop()
