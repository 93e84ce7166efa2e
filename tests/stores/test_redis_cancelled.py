"""Whoever is cancelled ends, whatever the driver was doing for him."""

import asyncio
from collections.abc import Iterator

import pytest

from pikku.stores.redis.address import address_of
from pikku.stores.redis.listening import hear_channel
from pikku.testing.servers import RedisServer

MOMENTS = 100
"""More turns of the event loop than it takes to connect and subscribe."""


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    with RedisServer(tcp=True) as server:
        yield server


@pytest.mark.parametrize("by", ["socket", "tcp"])
async def test_who_listens_ends_when_he_is_cancelled_at_any_moment(server: RedisServer, by: str) -> None:
    address = address_of(server.url() if by == "socket" else server.tcp_url(), "cancelled")
    for turns in range(MOMENTS):
        listener = asyncio.create_task(hear_channel(address, lambda told: None))
        for _ in range(turns):
            await asyncio.sleep(0)
        listener.cancel()
        async with asyncio.timeout(10):
            await asyncio.wait([listener])
        assert listener.cancelled(), f"after {turns} turns of the event loop"
