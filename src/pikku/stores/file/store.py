"""The store in a folder of readable files."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from threading import Lock
from typing import TypeVar

from pikku.model.change import Change, Held, Lease, Outcome, RunCreated
from pikku.model.errors import ClosedStoreError, StoreError
from pikku.model.ids import RunId
from pikku.model.run import Run
from pikku.model.step import Attempt
from pikku.ports.clock import TimeSource
from pikku.ports.store import ClaimedStep, Hint, RunQuery, Snapshot
from pikku.stores.board import HintBoard
from pikku.stores.file.archive import Archive
from pikku.stores.file.clerk import Clerk
from pikku.stores.file.disk import Disk
from pikku.stores.file.layout import Layout, is_usable
from pikku.stores.wall_clock import WallClock

T = TypeVar("T")

LOOK_SECONDS = 0.1
"""Real time, whatever the store's clock says: it is about other processes."""


class FileStore:
    """Keeps everything in `folder`, for any number of processes of one machine: `runs/<run_id>.json` and `steps/<run_id>/…`.

    What is applied survives a crash of the machine; a batch is there wholly or not at all. The documents may be read at any
    time, and be edited, restored or (a run with its steps) be moved away while nobody works on the run.
    `clock` is the store's clock, by default the machine's; `disk` is for tests. POSIX only.
    """

    def __init__(
        self, folder: str | os.PathLike[str], *, clock: TimeSource | None = None, disk: Disk | None = None
    ) -> None:
        self._folder = os.fspath(folder)
        self._board = HintBoard()
        self._archive = Archive(Layout(folder), clock or WallClock(), self._board, disk or Disk())
        self._clerk = Clerk(self._archive.apply)
        self._turn = Lock()
        self._open = False

    def __repr__(self) -> str:
        return f"FileStore({self._folder!r})"

    async def open(self, *, migrate: bool = True) -> None:
        """Open the folder, creating it if it is not there, though not the one it is in.

        Raises `ForeignStoreError`, `NewerStoreError`, `StoreUnavailableError`, or `StoreError` where there are no file locks.
        There is one version so far, so there is nothing to migrate.
        """
        try:
            await asyncio.to_thread(self._begin)
        except asyncio.CancelledError:
            await self.close()
            raise

    async def close(self) -> None:
        """Finish what has been asked, and let go of the folder."""
        await asyncio.to_thread(self._end)

    async def apply(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        """As every store; raises `StoreError` for a new run whose id cannot be the name of a file."""
        for change in changes:
            if isinstance(change, RunCreated) and not is_usable(change.run_id):
                raise StoreError(
                    f"{change.run_id!r} cannot be the id of a run in {self._folder}: "
                    "use up to 128 letters, digits, - and _, beginning with a letter or digit"
                )
        return await self._asked(self._clerk.apply(tuple(changes)))

    async def load(
        self, run_ids: Sequence[RunId], only: Mapping[RunId, Collection[str]] | None = None
    ) -> Sequence[Snapshot]:
        return await self._done(lambda: self._archive.load(run_ids, only or {}))

    async def claim_runs(self, lease: Lease, workflows: Collection[str], limit: int) -> Sequence[Run]:
        return await self._done(lambda: self._archive.claim_runs(lease, workflows, limit))

    async def claim_steps(
        self, lease: Lease, functions: Collection[str], limit: int, workflows: Collection[str] | None = None
    ) -> Sequence[ClaimedStep]:
        return await self._done(lambda: self._archive.claim_steps(lease, functions, limit, workflows))

    def renew(self, lease: Lease, held: Sequence[Held]) -> Sequence[Held]:
        return self._opened(self._clerk.do(lambda: self._archive.renew(lease, held))).result()

    async def next_due(
        self, workflows: Collection[str], functions: Collection[str], besides: str | None = None
    ) -> int | None:
        return await self._done(lambda: self._archive.next_due(workflows, functions, besides))

    def hints(self) -> AsyncIterator[Hint]:
        return self._board.subscribe_while(self._look_again_and_again)

    async def get_run(self, run_id: RunId) -> Run | None:
        return await self._done(lambda: self._archive.get_run(run_id))

    async def list_runs(self, query: RunQuery) -> Sequence[Run]:
        return await self._done(lambda: self._archive.list_runs(query))

    async def history(self, run_id: RunId) -> Sequence[Attempt]:
        return await self._done(lambda: self._archive.history(run_id))

    async def _done(self, do: Callable[[], T]) -> T:
        return await self._asked(self._clerk.do(do))

    async def _asked(self, answer: Future[T] | None) -> T:
        return await asyncio.wrap_future(self._opened(answer))

    def _opened(self, answer: Future[T] | None) -> Future[T]:
        if answer is None:
            raise ClosedStoreError(self._folder)
        return answer

    async def _look_again_and_again(self) -> None:
        while True:
            with suppress(StoreError):  # hints only save waiting; the store may be back at the next look
                await self._done(self._archive.listen)
            await asyncio.sleep(LOOK_SECONDS)

    def _begin(self) -> None:
        with self._turn:
            if not self._open:
                self._archive.open()
                self._clerk.start()
                self._open = True

    def _end(self) -> None:
        with self._turn:
            self._clerk.stop()
            if self._open:
                self._archive.close()
            self._open = False
