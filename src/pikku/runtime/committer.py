"""Group commit: the changes of all bodies of this process go to the store together."""

import asyncio
from collections.abc import Sequence

from pikku.model.change import Applied, Change, Outcome
from pikku.model.errors import StoreUnavailableError
from pikku.ports.store import Store
from pikku.runtime.store_time import StoreTime


class Committer:
    """While one batch is being written the next one collects: no timer, and no added wait for a lone run.

    Changes are written in the order in which `commit` was called.
    """

    def __init__(self, store: Store, store_time: StoreTime) -> None:
        self._store = store
        self._store_time = store_time
        self._waiting: list[tuple[Change, asyncio.Future[Outcome]]] = []
        self._writing: asyncio.Task[None] | None = None

    def commit(self, change: Change) -> asyncio.Future[Outcome]:
        """The outcome of the change, once it is durable or refused; raises `StoreError` if the store cannot say."""
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((change, future))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return future

    async def close(self) -> None:
        """Wait for what is being written."""
        if self._writing is not None:
            await asyncio.wait([self._writing])

    async def abandon(self) -> None:
        """Write nothing more."""
        self._waiting.clear()
        if self._writing is not None:
            self._writing.cancel()
        await self.close()

    async def _write(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._write_batch(batch)
        finally:
            self._writing = None

    async def _write_batch(self, batch: Sequence[tuple[Change, asyncio.Future[Outcome]]]) -> None:
        try:
            outcomes = await self._store.apply([change for change, _ in batch])
        except Exception as error:  # noqa: BLE001  whatever it is, somebody waits to hear it
            await self._tell_failure(batch, error)
            return
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Applied):
                self._store_time.observe(outcome.at)
            if not future.done():
                future.set_result(outcome)

    async def _tell_failure(self, batch: Sequence[tuple[Change, asyncio.Future[Outcome]]], error: Exception) -> None:
        if len(batch) > 1 and not isinstance(error, StoreUnavailableError):
            # One of the changes, or one run's damaged record, is at fault: the others must not suffer for it.
            for each in batch:
                await self._write_batch([each])
            return
        for _, future in batch:
            if not future.done():
                future.set_exception(error)
