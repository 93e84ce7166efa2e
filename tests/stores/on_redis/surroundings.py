"""What the tests of the Redis store work with: several stores on one prefix, and servers that get into trouble."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import redis

from pikku.stores.redis import RedisStore

PATIENCE = 60.0

NewStore = Callable[..., RedisStore]


async def until(done: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await done():  # noqa: ASYNC110  it is the server that is asked
            await asyncio.sleep(0.01)


def says(url: str, *command: Any) -> Any:
    """What the server at this address answers to somebody who passes by."""
    with redis.Redis.from_url(url, decode_responses=True) as client:
        return client.execute_command(*command)


def keys_of(url: str, prefix: str) -> list[str]:
    """The keys of a store."""
    with redis.Redis.from_url(url, decode_responses=True) as client:
        return sorted(client.scan_iter(match=f"{{{prefix}}}*", count=1000))


def dump_of(url: str, prefix: str) -> dict[str, bytes]:
    """All that a store keeps, as the server would write it to a disk."""
    with redis.Redis.from_url(url) as client:
        return {key: client.dump(key) or b"" for key in keys_of(url, prefix)}


async def was_cut(url: str, kind: str = "normal") -> bool:
    """Cut the connections of all others, and tell whether there were any."""
    return int(says(url, "CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes")) > 0


@contextmanager
def no_writes(url: str) -> Iterator[None]:
    """Scripts wait until the end of the block."""
    says(url, "CLIENT", "PAUSE", 60_000, "WRITE")
    try:
        yield
    finally:
        says(url, "CLIENT", "UNPAUSE")


async def are_waiting(url: str, number: int) -> bool:
    """Whether so many scripts wait."""
    return sum("b" in each["flags"] for each in clients_of(url)) == number


def clients_of(url: str) -> list[dict[str, str]]:
    """Who is connected, but for who asks."""
    lines = str(says(url, "CLIENT", "LIST")).splitlines()
    clients = [dict(part.split("=", 1) for part in line.split(" ")) for line in lines]
    return [each for each in clients if not each["cmd"].startswith("client")]


@contextmanager
def counted(url: str) -> Iterator[dict[str, int]]:
    """How often each command is called in the block, by anybody, also by scripts."""
    calls: dict[str, int] = {}
    says(url, "CONFIG", "RESETSTAT")
    yield calls
    stats: dict[str, Any] = says(url, "INFO", "commandstats")
    calls.update({name.removeprefix("cmdstat_"): each["calls"] for name, each in stats.items()})
