"""Group commit: the changes of all bodies and steps of this process go to the store together."""

import asyncio
from collections.abc import Sequence

from msgspec import Struct

from pikku.model.change import Applied, Change, Outcome
from pikku.model.errors import StoreUnavailableError
from pikku.ports.queue import Message, QueueService
from pikku.runtime.store_time import StoreTime


class Entry(Struct, frozen=True):
    """Changes that are made together; `told` is set to the outcome of the first, and the message is sent if that was made."""

    changes: Sequence[Change]
    message: Message | None
    told: asyncio.Future[Outcome]


class Committer:
    """While one batch is being written the next one collects: no timer, and no added wait for a lone run.

    Changes are written in the order in which they were given.
    """

    def __init__(self, queue: QueueService, store_time: StoreTime) -> None:
        self._queue = queue
        self._store_time = store_time
        self._waiting: list[Entry] = []
        self._writing: asyncio.Task[None] | None = None

    def commit(
        self, change: Change, message: Message | None = None, *, along: Sequence[Change] = ()
    ) -> asyncio.Future[Outcome]:
        """The outcome of the change, once it is durable or refused; raises `StoreError` if the store cannot say.

        The message is sent if the change was made. What goes along is written in the same transaction.
        """
        told: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append(Entry((change, *along), message, told))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return told

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

    async def _write_batch(self, batch: Sequence[Entry]) -> None:
        changes = [change for entry in batch for change in entry.changes]
        messages = [message for entry in batch for message in (entry.message, *[None] * (len(entry.changes) - 1))]
        try:
            outcomes = await self._queue.apply(changes, messages)
        except Exception as error:  # noqa: BLE001  whatever it is, somebody waits to hear it
            await self._tell_failure(batch, error)
            return
        self._tell(batch, outcomes)

    def _tell(self, batch: Sequence[Entry], outcomes: Sequence[Outcome]) -> None:
        place = 0
        for entry in batch:
            outcome = outcomes[place]
            place += len(entry.changes)
            if isinstance(outcome, Applied):
                self._store_time.observe(outcome.at)
            if not entry.told.done():
                entry.told.set_result(outcome)

    async def _tell_failure(self, batch: Sequence[Entry], error: Exception) -> None:
        if len(batch) > 1 and not isinstance(error, StoreUnavailableError):
            # One of the changes, or one run's damaged record, is at fault: the others must not suffer for it.
            for each in batch:
                await self._write_batch([each])
            return
        for entry in batch:
            if not entry.told.done():
                entry.told.set_exception(error)
