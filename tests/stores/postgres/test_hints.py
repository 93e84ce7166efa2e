"""What is particular to the PostgreSQL store: hints that survive their connection, or do without one."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from tests.stores.postgres.surroundings import PATIENCE, NewStore, cut_who_listens, until

from pikku.model.ids import RunId
from pikku.ports.store import Hint, Store
from pikku.testing.contracts.scene import (
    RUN,
    created,
    make,
    run_id,
    woken,
)


class TestHints:
    async def test_hints_go_on_when_their_connection_was_cut(self, store: Store, admin: Any) -> None:
        async with _Ears(store) as ears:
            await ears.hear(lambda: store.apply([created(), woken()]), RUN)
            await until(lambda: cut_who_listens(admin))
            await ears.hear(lambda: store.apply([woken()]), RUN)

    async def test_more_runs_than_a_notification_can_name_are_hinted_at_together(self, store: Store) -> None:
        async with _Ears(store) as ears:
            await ears.hear(lambda: store.apply([created(), woken()]), RUN)
            many = [created(run_id(1_000 + number)) for number in range(1_000)]
            await make(store, *many)
            await ears.hear_once(frozenset())

    async def test_behind_a_pooler_there_are_hints_without_listening(self, new_store: NewStore, admin: Any) -> None:
        store = new_store(statement_cache_size=0)
        await store.open()
        async with _Ears(store) as ears:
            await ears.hear_once(frozenset())
            assert not await cut_who_listens(admin)


class _Ears:
    """Listens to a store for as long as the block lasts."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._heard: asyncio.Queue[Hint] = asyncio.Queue()

    async def __aenter__(self) -> "_Ears":
        self._task = asyncio.create_task(self._listen())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.wait([self._task])

    async def hear(self, act: Callable[[], Awaitable[object]], run: RunId) -> None:
        """Return when a hint names the run; act again and again, since nobody says when listening begins."""
        async with asyncio.timeout(PATIENCE):
            while True:
                await act()
                with suppress(TimeoutError):
                    async with asyncio.timeout(0.25):
                        while run not in await self._heard.get():
                            pass
                        return

    async def hear_once(self, hint: Hint) -> None:
        async with asyncio.timeout(PATIENCE):
            while await self._heard.get() != hint:
                pass

    async def _listen(self) -> None:
        async for hint in self._store.hints():
            self._heard.put_nowait(hint)
