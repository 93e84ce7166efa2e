"""Stores on one prefix of the tests' Redis, as several processes would have them."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from tests.stores.on_redis.surroundings import NewStore

from pikku.stores.redis import RedisStore
from pikku.testing.servers import RedisServer
from pikku.testing.servers.redis import URL_VARIABLE


@pytest.fixture
async def new_store(redis_url: str, redis_prefix: str) -> AsyncIterator[NewStore]:
    """Makes one more store on the same data, closed with all the others."""
    made: list[RedisStore] = []

    def new(url: str = redis_url, **options: Any) -> RedisStore:
        made.append(RedisStore(url, **{"prefix": redis_prefix, **options}))
        return made[-1]

    yield new
    for store in made:
        await store.close()


@pytest.fixture
async def store(new_store: NewStore) -> RedisStore:
    store = new_store()
    await store.open()
    return store


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    """A server of this test alone, which loses nothing that it has confirmed."""
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    with RedisServer(durable=True, tcp=True) as server:
        yield server


@pytest.fixture
async def lone_store(server: RedisServer, new_store: NewStore) -> RedisStore:
    """A store on it."""
    store = new_store(server.url())
    await store.open()
    return store
