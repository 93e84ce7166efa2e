"""What a store alone cannot carry, it says."""

import pytest

from pikku.model.errors import QueueError
from pikku.model.payload import Json
from pikku.queues.store_queue import StoreQueue
from pikku.stores.memory import MemoryStore
from pikku.testing.contracts.scene import created


async def handle(data: Json) -> None: ...


class TestStoreQueue:
    async def test_it_carries_no_jobs(self) -> None:
        queue = StoreQueue()
        await queue.open(MemoryStore())
        with pytest.raises(QueueError, match=r"the queue 'emails' is for plain jobs.*use a PgQueuerQueue"):
            await queue.add("emails", {"to": "ada"})
        with pytest.raises(QueueError, match="the queue 'emails' is for plain jobs"):
            await queue.consume({"emails": handle}, 1)

    async def test_what_is_not_open_says_so(self) -> None:
        with pytest.raises(QueueError, match="this StoreQueue is not open"):
            await StoreQueue().apply([created()], [None])
