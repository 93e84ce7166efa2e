"""Where a queue is: a server's address."""

from typing import Any

from msgspec import Struct
from redis.asyncio import BlockingConnectionPool, ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as RedisConnectionError

from pikku.model.address import redis_address, shown_address

CONNECT_SECONDS = 10.0
POOL_SECONDS = 60.0
"""How long to wait for one of the connections when all are in use."""


class Address(Struct, frozen=True):
    """A server's address, as it was given."""

    url: str

    def __str__(self) -> str:
        """What may be shown: the address without name, password and options."""
        return shown_address(self.url)

    def pool(self, connections: int, **options: Any) -> ConnectionPool:
        """At most so many connections, made when they are needed. How long to wait for an answer is the caller's affair.

        Raises `OSError` for an address that cannot be one.
        """
        settings = {
            "max_connections": connections,
            "timeout": POOL_SECONDS,
            "decode_responses": True,
            "socket_connect_timeout": CONNECT_SECONDS,
            # The driver's own limit of time swallows cancellations, before Python 3.12.
            "socket_timeout": None,
            # A connection that was cut while nobody used it is found out by using it.
            "retry": Retry(NoBackoff(), 1, (RedisConnectionError,)),
        }
        try:
            return BlockingConnectionPool.from_url(redis_address(self.url) or self.url, **{**settings, **options})
        except ValueError:
            raise OSError("its address cannot be used; write redis://host:6379/0") from None
