"""Whoever is cancelled while the server is asked is told so: a cancellation that gets lost lets others wait for ever."""

import asyncio

import pytest

from pikku.stores.redis import RedisStore
from pikku.testing.contracts.scene import created, run_id

TURNS = 40
"""More turns of the event loop than a verb takes."""


async def test_a_cancellation_is_never_lost(redis_url: str, redis_prefix: str) -> None:
    for turns in range(TURNS):
        store = RedisStore(redis_url, prefix=redis_prefix)
        await store.open()
        verb = asyncio.create_task(store.apply([created(run_id(turns))]))
        for _ in range(turns):
            await asyncio.sleep(0)
        if not verb.done():
            verb.cancel()
            with pytest.raises(asyncio.CancelledError):
                await verb
        await store.close()


async def test_listening_ends_whenever_it_is_told_to(redis_url: str, redis_prefix: str) -> None:
    store = RedisStore(redis_url, prefix=redis_prefix)
    await store.open()
    for turns in range(TURNS):
        hints = asyncio.ensure_future(anext(store.hints()))
        for _ in range(turns):
            await asyncio.sleep(0)
        hints.cancel()
        async with asyncio.timeout(10):
            await asyncio.wait([hints])
    await store.close()
