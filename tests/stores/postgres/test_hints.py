"""What is particular to the PostgreSQL store: hints that survive their connection, or do without one."""

from typing import Any

from tests.stores.ears import Ears
from tests.stores.postgres.surroundings import NewStore, cut_who_listens, until

from pikku.ports.store import Store
from pikku.testing.contracts.scene import (
    RUN,
    created,
    make,
    run_id,
    woken,
)


class TestHints:
    async def test_hints_go_on_when_their_connection_was_cut(self, store: Store, admin: Any) -> None:
        async with Ears(store) as ears:
            await ears.hear(lambda: store.apply([created(), woken()]), RUN)
            await until(lambda: cut_who_listens(admin))
            await ears.hear(lambda: store.apply([woken()]), RUN)

    async def test_more_runs_than_a_notification_can_name_are_hinted_at_together(self, store: Store) -> None:
        async with Ears(store) as ears:
            await ears.hear(lambda: store.apply([created(), woken()]), RUN)
            many = [created(run_id(1_000 + number)) for number in range(1_000)]
            await make(store, *many)
            await ears.hear_once(frozenset())

    async def test_behind_a_pooler_there_are_hints_without_listening(self, new_store: NewStore, admin: Any) -> None:
        store = new_store(statement_cache_size=0)
        await store.open()
        async with Ears(store) as ears:
            await ears.hear_once(frozenset())
            assert not await cut_who_listens(admin)
