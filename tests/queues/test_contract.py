"""The store's own queue keeps every promise, on every store."""

from collections.abc import AsyncIterator

import pytest

from pikku.queues.store_queue import StoreQueue
from pikku.testing import Stores
from pikku.testing.contracts.queues import MessageContract, Queues


class TestStoreQueue(MessageContract):
    """The store's own hints."""

    @pytest.fixture
    async def queues(self, stores: Stores) -> AsyncIterator[Queues]:
        async with Queues(stores, StoreQueue) as queues:
            yield queues
