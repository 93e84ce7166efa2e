"""Whoever is cancelled ends: a cancellation that gets lost lets others wait for ever."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from pikku.stores.redis import RedisStore
from pikku.stores.redis.address import address_of
from pikku.stores.redis.listening import hear_channel
from pikku.testing.contracts.scene import created, run_id
from pikku.testing.servers import RedisServer

MOMENTS = 60
"""More turns of the event loop than a verb takes, or connecting and subscribing."""


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    with RedisServer(tcp=True) as server:
        yield server


@pytest.mark.parametrize("by", ["socket", "tcp"])
async def test_who_listens_ends_when_he_is_cancelled_at_any_moment(server: RedisServer, by: str) -> None:
    address = address_of(_url(server, by), "listening")
    for turns in range(MOMENTS):
        listener = asyncio.create_task(hear_channel(address, lambda told: None))
        await _cancel_after(turns, listener)
        assert listener.cancelled(), f"after {turns} turns of the event loop"


@pytest.mark.parametrize("by", ["socket", "tcp"])
async def test_who_writes_ends_when_he_is_cancelled_at_any_moment(server: RedisServer, by: str) -> None:
    for turns in range(MOMENTS):
        store = RedisStore(_url(server, by), prefix="writing")
        await store.open()
        writer = asyncio.ensure_future(store.apply([created(run_id(turns))]))
        was_done = await _cancel_after(turns, writer)
        assert was_done or writer.cancelled(), f"after {turns} turns of the event loop"
        await store.close()


def _url(server: RedisServer, by: str) -> str:
    return server.url() if by == "socket" else server.tcp_url()


async def _cancel_after(turns: int, task: "asyncio.Future[Any]") -> bool:
    """Cancel the task after so many turns, and wait for its end. Whether it was done before that."""
    for _ in range(turns):
        await asyncio.sleep(0)
    was_done = task.done()
    task.cancel()
    async with asyncio.timeout(30):
        await asyncio.wait([task])
    return was_done
