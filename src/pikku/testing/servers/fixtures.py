"""Servers for a session of pytest, shared by all the processes that pytest-xdist starts.

Import these names into conftest.py; a test then asks for `postgres_url`, a database of its process, or for `redis_url` and
a `redis_prefix` that nobody else has.
"""

from collections.abc import Iterator
from itertools import count
from secrets import token_hex
from typing import Any

import pytest

from pikku.testing.servers.postgres import PostgresServer
from pikku.testing.servers.redis import RedisServer

_POSTGRES = pytest.StashKey[PostgresServer]()
_REDIS = pytest.StashKey[RedisServer]()
_POSTGRES_GIVEN = "pikku_postgres_url"
_REDIS_GIVEN = "pikku_redis_url"
_TOKEN = f"pikku-test-{token_hex(6)}"
_prefixes = count()


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of an empty database, for this session or this worker of it."""
    worker = getattr(request.config, "workerinput", None)
    if worker is None:
        with PostgresServer() as server:
            yield server.create_database("pikku_test")
    else:
        yield PostgresServer(url=worker[_POSTGRES_GIVEN]).create_database(f"pikku_test_{worker['workerid']}")


@pytest.fixture(scope="session")
def redis_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a Redis that others may use too: begin every key with a `redis_prefix`, in braces or not."""
    worker = getattr(request.config, "workerinput", None)
    with RedisServer(url=worker and worker[_REDIS_GIVEN]) as server:
        yield server.url()
        if not server.is_ours:
            _forget(server.url())


@pytest.fixture
def redis_prefix() -> str:
    """What only the keys of this test begin with. They are deleted when the session ends."""
    return new_redis_prefix()


def new_redis_prefix() -> str:
    """The same for those who need several."""
    return f"{_TOKEN}-{next(_prefixes)}"


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of pytest-xdist where the servers of the session are, which the first one starts."""
    stash = node.config.stash
    if _POSTGRES not in stash:
        stash[_POSTGRES] = PostgresServer().start()
    if _REDIS not in stash:
        stash[_REDIS] = RedisServer().start()
    node.workerinput[_POSTGRES_GIVEN] = stash[_POSTGRES].url()
    node.workerinput[_REDIS_GIVEN] = stash[_REDIS].url()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the servers of the session."""
    if _REDIS in config.stash:
        config.stash[_REDIS].stop()
    if _POSTGRES in config.stash:
        config.stash[_POSTGRES].stop()


def _forget(url: str) -> None:
    """Delete what this process' tests have left."""
    import redis

    with redis.Redis.from_url(url) as client:
        for key in client.scan_iter(match=f"*{_TOKEN}-*", count=1000):
            client.unlink(key)
