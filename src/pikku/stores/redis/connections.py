"""The connections to a server: those of an event loop, and those for leases that any thread may use."""

from typing import Any

import redis
import redis.asyncio
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

from pikku.stores.redis.address import Address

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 60.0
"""How long one command may take before it is given up."""

_OPTIONS: dict[str, Any] = {
    "protocol": 2,
    "decode_responses": True,
    "encoding_errors": "surrogatepass",  # so that one may ask for any name, and be told that there is none
    "socket_connect_timeout": CONNECT_SECONDS,
    "socket_keepalive": True,
}
_BY_SOCKET = {name: value for name, value in _OPTIONS.items() if name != "socket_keepalive"}


def loop_client(address: Address, size: int) -> redis.asyncio.Redis:
    """A client for one event loop, with at most so many connections."""
    # What may have been written must not be written again by the driver: the second answer would be another one. And its own
    # timeout goes by asyncio.wait_for, which before Python 3.12 loses a cancellation that comes just when the work is done.
    pool = redis.asyncio.ConnectionPool.from_url(
        address.driver_url,
        max_connections=size,
        socket_timeout=None,
        retry=AsyncRetry(NoBackoff(), 0),
        **_options(address),
    )
    return redis.asyncio.Redis.from_pool(pool)


def thread_client(address: Address) -> redis.Redis:
    """A client that blocks."""
    return redis.Redis.from_url(
        address.driver_url, socket_timeout=ANSWER_SECONDS, retry=Retry(NoBackoff(), 0), **_options(address)
    )


def _options(address: Address) -> dict[str, Any]:
    return _BY_SOCKET if address.driver_url.startswith("unix:") else _OPTIONS
