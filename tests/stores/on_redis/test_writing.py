"""What many do at once on Redis, and by which clock."""

from tests.stores.at_once import AtOnce
from tests.stores.on_redis.surroundings import says

from pikku.model.change import Applied
from pikku.ports.store import Store
from pikku.testing.contracts.scene import created, run_of


class TestWriting(AtOnce):
    async def test_the_servers_clock_is_the_stores(self, store: Store, redis_url: str) -> None:
        seconds, _ = says(redis_url, "TIME")
        (outcome,) = await store.apply([created()])
        assert isinstance(outcome, Applied)
        assert int(seconds) * 1_000 <= outcome.at <= (int(seconds) + 60) * 1_000
        assert (await run_of(store)).created_ms == outcome.at
