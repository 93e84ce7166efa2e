"""A store whose process dies at a chosen write."""

import asyncio
from collections.abc import AsyncIterator, Collection, Mapping, Sequence

from pikku.model.change import Change, Held, Lease, Outcome
from pikku.model.errors import StoreUnavailableError
from pikku.model.ids import RunId
from pikku.model.run import Run
from pikku.model.step import Attempt
from pikku.ports.store import ClaimedStep, Hint, RunQuery, Snapshot, Store


class CrashingStore:
    """Passes everything on to `store`, until its n-th writing call: that one is the last.

    `before`: the store does not hear of it; otherwise the store has done it, and the process never hears the answer. After
    that no call returns any more. `close` leaves the store open: the data outlives the process.
    """

    def __init__(self, store: Store, at_write: int | None = None, *, before: bool = False) -> None:
        self.store = store
        self.writes = 0
        self.crashed = asyncio.Event()
        self._at_write = at_write
        self._before = before

    async def open(self, *, migrate: bool = True) -> None:
        await self.store.open(migrate=migrate)

    async def close(self) -> None:
        return

    async def apply(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        write = await self._begin_write()
        outcomes = await self.store.apply(changes)
        await self._end_write(write)
        return outcomes

    async def claim_runs(self, lease: Lease, workflows: Collection[str], limit: int) -> Sequence[Run]:
        write = await self._begin_write()
        runs = await self.store.claim_runs(lease, workflows, limit)
        await self._end_write(write)
        return runs

    async def claim_steps(
        self, lease: Lease, functions: Collection[str], limit: int, workflows: Collection[str] | None = None
    ) -> Sequence[ClaimedStep]:
        write = await self._begin_write()
        steps = await self.store.claim_steps(lease, functions, limit, workflows)
        await self._end_write(write)
        return steps

    def renew(self, lease: Lease, held: Sequence[Held]) -> Sequence[Held]:
        if self.crashed.is_set():
            raise StoreUnavailableError("of a dead process", "it has crashed")
        return self.store.renew(lease, held)

    async def load(
        self, run_ids: Sequence[RunId], only: Mapping[RunId, Collection[str]] | None = None
    ) -> Sequence[Snapshot]:
        await self._live()
        return await self.store.load(run_ids, only)

    async def next_due(
        self, workflows: Collection[str], functions: Collection[str], besides: str | None = None
    ) -> int | None:
        await self._live()
        return await self.store.next_due(workflows, functions, besides)

    def hints(self) -> AsyncIterator[Hint]:
        return self.store.hints()

    async def get_run(self, run_id: RunId) -> Run | None:
        await self._live()
        return await self.store.get_run(run_id)

    async def list_runs(self, query: RunQuery) -> Sequence[Run]:
        await self._live()
        return await self.store.list_runs(query)

    async def history(self, run_id: RunId) -> Sequence[Attempt]:
        await self._live()
        return await self.store.history(run_id)

    async def _begin_write(self) -> int:
        await self._live()
        self.writes += 1
        if self._before and self.writes == self._at_write:
            await self._crash()
        return self.writes

    async def _end_write(self, write: int) -> None:
        if write == self._at_write:
            await self._crash()
        await self._live()

    async def _crash(self) -> None:
        self.crashed.set()
        await self._live()

    async def _live(self) -> None:
        if self.crashed.is_set():
            await asyncio.get_running_loop().create_future()
