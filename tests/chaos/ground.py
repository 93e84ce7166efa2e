"""Where the trials take place: a server to be mistreated, and an empty store on it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import NamedTuple

import redis
from tests.chaos.postgres_witness import PostgresWitness
from tests.chaos.redis_witness import RedisWitness
from tests.chaos.witness import Witness

from pikku.testing.servers import PostgresServer, RedisServer
from pikku.testing.servers.fixtures import new_redis_prefix


class Ground(NamedTuple):
    """A server, the address of the store, and who tells what is in it.

    The server is one of our own, on which what is committed survives; or the one that is given, which nobody restarts.
    """

    server: PostgresServer | RedisServer
    url: str
    witness: Witness


@contextmanager
def _postgres(name: str) -> Iterator[Ground]:
    with PostgresServer(durable=True) as server:
        url = server.create_database(f"pikku_test_{name}")
        yield Ground(server, url, PostgresWitness(url))


@contextmanager
def _redis(name: str) -> Iterator[Ground]:
    prefix = f"{new_redis_prefix()}-{name}"
    with RedisServer(durable=True) as server:
        url = f"{server.url()}{'&' if '?' in server.url() else '?'}prefix={prefix}"
        try:
            yield Ground(server, url, RedisWitness(server.url(), prefix))
        finally:
            if not server.is_ours:
                _forget(server.url(), prefix)


def _forget(url: str, prefix: str) -> None:
    with redis.Redis.from_url(url) as client:
        for key in client.scan_iter(match=f"*{prefix}*", count=1000):
            client.unlink(key)


GROUNDS: dict[str, Callable[[str], AbstractContextManager[Ground]]] = {"postgres": _postgres, "redis": _redis}
"""By database. The name is for the store, so that two trials on a given server do not meet."""
