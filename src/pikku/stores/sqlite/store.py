"""The store in one SQLite file."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from pikku.model.change import Change, Held, Lease, Outcome
from pikku.model.errors import ClosedStoreError, StoreURLError
from pikku.model.ids import RunId
from pikku.model.run import Run
from pikku.model.step import Attempt
from pikku.ports.clock import TimeSource
from pikku.ports.schema import SchemaVersion
from pikku.ports.store import ClaimedStep, Hint, RunQuery, Snapshot
from pikku.stores.sqlite.changing import write_change
from pikku.stores.sqlite.claiming import claim_due_runs, claim_due_steps, renew_held
from pikku.stores.sqlite.connection import as_store_error, connect_reader, data_version
from pikku.stores.sqlite.hints import FileHints
from pikku.stores.sqlite.lane import Lane
from pikku.stores.sqlite.reading import read_attempts, read_next_due, read_run, read_runs, read_snapshots
from pikku.stores.sqlite.schema import connect_writer, read_version
from pikku.stores.sqlite.transaction import commit_together, read_one_by_one
from pikku.stores.wall_clock import WallClock


class SqliteStore:
    """Keeps everything in the SQLite file at `path`, for any number of processes of one machine.

    Everything that waits to be written shares one transaction; what is applied survives a crash of the machine.
    `clock` is the store's clock, by default the machine's. Raises `StoreURLError` for a path that is no file's.
    """

    def __init__(self, path: str | os.PathLike[str], *, clock: TimeSource | None = None) -> None:
        if os.fspath(path) in ("", ":memory:"):
            raise StoreURLError(os.fspath(path), "the SQLite store needs a file; use MemoryStore for memory alone")
        self._path = Path(path)
        self._clock: TimeSource = clock or WallClock()
        self._turn = Lock()
        self._lanes: _Lanes | None = None
        self._hints = FileHints(self._data_version)

    def __repr__(self) -> str:
        return f"SqliteStore({str(self._path)!r})"

    async def open(self, *, migrate: bool = True) -> None:
        """Open the file, creating it if it is not there, though not its folder.

        Raises `ForeignStoreError`, `NewerStoreError` or `StoreUnavailableError`; without `migrate`, `StoreError` if the
        schema is not the newest.
        """
        if self._lanes is not None:
            return
        try:
            await asyncio.to_thread(self._open, migrate)
        except asyncio.CancelledError:
            await self.close()
            raise

    async def schema_version(self) -> SchemaVersion:
        """Look which version of the schema the file has. Changes nothing, and does not need the store to be open.

        Raises `ForeignStoreError`, `NewerStoreError` or `StoreUnavailableError`.
        """
        try:
            return await asyncio.to_thread(read_version, self._path)
        except sqlite3.Error as error:
            raise as_store_error(error, self._path) from error

    async def close(self) -> None:
        """Finish what has been asked, and let go of the file."""
        await asyncio.to_thread(self._close)

    async def apply(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        batch = tuple(changes)

        def work(connection: sqlite3.Connection) -> Sequence[Outcome]:
            now = self._clock.now()
            cursor = connection.cursor()  # one for all: making them is a third of the work
            return [write_change(cursor, change, now) for change in batch]

        return await self._opened().writer.ask(work, then=partial(self._hints.publish_outcomes, batch))

    async def load(
        self, run_ids: Sequence[RunId], only: Mapping[RunId, Collection[str]] | None = None
    ) -> Sequence[Snapshot]:
        return await self._opened().reader.ask(
            lambda connection: read_snapshots(connection, run_ids, only or {}, self._clock.now())
        )

    async def claim_runs(self, lease: Lease, workflows: Collection[str], limit: int) -> Sequence[Run]:
        return await self._opened().writer.ask(
            lambda connection: claim_due_runs(connection, lease, workflows, limit, self._clock.now())
        )

    async def claim_steps(
        self, lease: Lease, functions: Collection[str], limit: int, workflows: Collection[str] | None = None
    ) -> Sequence[ClaimedStep]:
        return await self._opened().writer.ask(
            lambda connection: claim_due_steps(connection, lease, functions, workflows, limit, self._clock.now())
        )

    def renew(self, lease: Lease, held: Sequence[Held]) -> Sequence[Held]:
        return self._opened().writer.wait_for(
            lambda connection: renew_held(connection, held, self._clock.now() + lease.ttl_ms)
        )

    async def next_due(
        self, workflows: Collection[str], functions: Collection[str], besides: str | None = None
    ) -> int | None:
        return await self._opened().reader.ask(
            lambda connection: read_next_due(connection, workflows, functions, besides, self._clock.now())
        )

    def hints(self) -> AsyncIterator[Hint]:
        return self._hints.listen()

    async def get_run(self, run_id: RunId) -> Run | None:
        return await self._opened().reader.ask(lambda connection: read_run(connection, run_id))

    async def list_runs(self, query: RunQuery) -> Sequence[Run]:
        return await self._opened().reader.ask(lambda connection: read_runs(connection, query, self._clock.now()))

    async def history(self, run_id: RunId) -> Sequence[Attempt]:
        return await self._opened().reader.ask(lambda connection: read_attempts(connection, run_id))

    async def _data_version(self) -> int:
        return await self._opened().writer.ask(data_version, glance=True)

    def _opened(self) -> "_Lanes":
        lanes = self._lanes
        if lanes is None:
            raise ClosedStoreError(str(self._path))
        return lanes

    def _open(self, migrate: bool) -> None:
        with self._turn:
            if self._lanes is not None:
                return
            path = self._path
            writer = Lane(path, partial(connect_writer, path, migrate=migrate), commit_together)
            writer.start()
            try:
                self._hints.begin(writer.wait_for(data_version, glance=True))
                reader = Lane(path, partial(connect_reader, path), read_one_by_one)
                reader.start()
            except BaseException:
                writer.stop()
                raise
            self._lanes = _Lanes(writer, reader)

    def _close(self) -> None:
        with self._turn:
            lanes, self._lanes = self._lanes, None
            if lanes is not None:
                lanes.reader.stop()
                lanes.writer.stop()


class _Lanes(NamedTuple):
    writer: Lane
    reader: Lane
