"""Group commit: the changes of all bodies and steps of this process go to the store together."""

import asyncio
from collections.abc import Sequence

from pikku.model.change import Applied, Change, Outcome
from pikku.model.errors import StoreError, StoreUnavailableError
from pikku.ports.queue import Message, QueueService
from pikku.runtime.chain import Chain
from pikku.runtime.store_time import StoreTime


class Batch:
    """What is written together. `told` hears of each change, or `None`: it belongs to the one before, and nobody waits for it."""

    __slots__ = ("chains", "changes", "messages", "told")

    def __init__(self) -> None:
        self.changes: list[Change] = []
        self.messages: list[Message | None] = []
        self.told: list[asyncio.Future[Outcome] | None] = []
        self.chains: list[Chain | None] = []

    def add(
        self, change: Change, message: Message | None, told: asyncio.Future[Outcome] | None, chain: Chain | None = None
    ) -> None:
        self.changes.append(change)
        self.messages.append(message)
        self.told.append(told)
        self.chains.append(chain)

    def parts(self) -> "list[Batch]":
        """Each change that somebody waits for, with those that belong to it."""
        parts: list[Batch] = []
        for part in zip(self.changes, self.messages, self.told, self.chains, strict=True):
            if part[2] is not None:
                parts.append(Batch())
            parts[-1].add(*part)
        return parts

    def standing(self) -> "Batch":
        """What may still be written. Who waits for what leans on something that was not written is told so."""
        if not any(chain is not None and chain.broken_by is not None for chain in self.chains):
            return self
        rest = Batch()
        for part in self.parts():
            chain = part.chains[0]
            if chain is not None and chain.broken_by is not None:
                part.fail(StoreError(f"what comes before it could not be written: {chain.broken_by}"))
            else:
                for each in zip(part.changes, part.messages, part.told, part.chains, strict=True):
                    rest.add(*each)
        return rest

    def fail(self, error: Exception) -> None:
        """Tell all who wait, and break the chains."""
        for chain in self.chains:
            if chain is not None:
                chain.broken_by = chain.broken_by or error
        for told in self.told:
            if told is not None and not told.done():
                told.set_exception(error)


class Committer:
    """While one batch is being written the next one collects: no timer, and no added wait for a lone run.

    Changes are written in the order in which they were given.
    """

    def __init__(self, queue: QueueService, store_time: StoreTime) -> None:
        self._queue = queue
        self._store_time = store_time
        self._waiting = Batch()
        self._writing: asyncio.Task[None] | None = None
        self._has_failed = False

    def commit(
        self,
        change: Change,
        message: Message | None = None,
        chain: Chain | None = None,
        *,
        along: Sequence[Change] = (),
    ) -> asyncio.Future[Outcome]:
        """The outcome of the change, once it is durable or refused; raises `StoreError` if the store cannot say.

        The message is sent if the change was made. What goes along is written in the same transaction. Of a `chain`, nothing
        is written after what could not be.
        """
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        told: asyncio.Future[Outcome] = self._writing.get_loop().create_future()
        self._waiting.add(change, message, told, chain)
        for each in along:
            self._waiting.add(each, None, None)
        return told

    async def close(self) -> None:
        """Wait for what is being written."""
        if self._writing is not None:
            await asyncio.wait([self._writing])

    async def abandon(self) -> None:
        """Write nothing more."""
        self._waiting = Batch()
        if self._writing is not None:
            self._writing.cancel()
        await self.close()

    async def _write(self) -> None:
        try:
            while self._waiting.changes:
                batch, self._waiting = self._waiting, Batch()
                await self._write_batch(batch.standing() if self._has_failed else batch)
        finally:
            self._writing = None

    async def _write_batch(self, batch: Batch) -> None:
        if not batch.changes:
            return
        try:
            outcomes = await self._queue.apply(batch.changes, batch.messages)
        except Exception as error:  # noqa: BLE001  whatever it is, somebody waits to hear it
            await self._tell_failure(batch, error)
            return
        self._tell(batch, outcomes)

    def _tell(self, batch: Batch, outcomes: Sequence[Outcome]) -> None:
        last = next((each for each in reversed(outcomes) if isinstance(each, Applied)), None)
        if last is not None:
            self._store_time.observe(last.at)
        for told, outcome in zip(batch.told, outcomes, strict=True):
            if told is not None and not told.done():
                told.set_result(outcome)

    async def _tell_failure(self, batch: Batch, error: Exception) -> None:
        self._has_failed = True  # so that chains may be broken from now on
        parts = batch.parts()
        if len(parts) > 1 and not isinstance(error, StoreUnavailableError):
            # One of the changes, or one run's damaged record, is at fault: the others must not suffer for it.
            for each in parts:
                await self._write_batch(each.standing())
            return
        batch.fail(error)
