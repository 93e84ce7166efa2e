"""Looks past the store, at its tables or keys: who sleeps, and makes all of them due."""

from typing import Protocol

import asyncpg
import redis.asyncio

LONG_MS = 24 * 60 * 60 * 1_000
# A sleeping run is due when its sleep ends; a held one when its lease does, which is soon.
ASLEEP = (
    f"return redis.call('ZCOUNT', KEYS[1] .. ':due:runs:sleeper', redis.call('TIME')[1] * 1000 + {LONG_MS}, '+inf')"
)
WAKE = """
local due = KEYS[1] .. ':due:runs:sleeper'
for _, run_id in ipairs(redis.call('ZRANGE', due, 0, -1)) do
    redis.call('ZADD', due, 0, run_id)
    redis.call('HSET', KEYS[1] .. ':run:' .. run_id, 'due_ms', 0)
    local steps = KEYS[1] .. ':steps:' .. run_id
    if redis.call('TYPE', steps).ok == 'hash' then
        local record = redis.call('HGET', steps, 'long')
        redis.call('HSET', steps, 'long', (string.gsub(record, '^(%["%a+",%d+,%d+),[^,]+', '%1,0')))
    else
        redis.call('HSET', KEYS[1] .. ':step:' .. run_id .. ':long', 'due_ms', 0)
    end
end
"""
COMPLETED = "return redis.call('ZCARD', KEYS[1] .. ':list:completed')"


class SleepPeek(Protocol):
    """What is asked about sleepers past the store."""

    async def asleep(self) -> int:
        """How many runs sleep, and nobody holds them."""
        ...

    async def wake(self) -> None:
        """Make all of them due."""
        ...

    async def completed(self) -> int:
        """How many runs have ended well."""
        ...


def peek_at(url: str) -> SleepPeek:
    """At a store on PostgreSQL or Redis."""
    return PostgresPeek(url) if url.startswith("postgres") else RedisPeek(url)


class PostgresPeek:
    """Asks by SQL."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def asleep(self) -> int:
        return await self._count("owner IS NULL AND due_ms > created_ms + 1000")

    async def wake(self) -> None:
        connection = await asyncpg.connect(self._url)
        async with connection.transaction():
            for table in "workflow_runs", "workflow_step":
                await connection.execute(f"UPDATE workflows.{table} SET due_ms = created_ms WHERE due_ms IS NOT NULL")  # noqa: S608
        await connection.close()

    async def completed(self) -> int:
        return await self._count("status = 'completed'")

    async def _count(self, what: str) -> int:
        connection = await asyncpg.connect(self._url)
        count: int = await connection.fetchval(f"SELECT count(*) FROM workflows.workflow_runs WHERE {what}")  # noqa: S608
        await connection.close()
        return count


class RedisPeek:
    """Asks by scripts."""

    def __init__(self, url: str) -> None:
        self._url, _, prefix = url.replace("&prefix=", "?prefix=").partition("?prefix=")
        self._root = f"{{{prefix}}}"

    async def asleep(self) -> int:
        return await self._asked(ASLEEP)

    async def wake(self) -> None:
        await self._asked(WAKE)

    async def completed(self) -> int:
        return await self._asked(COMPLETED)

    async def _asked(self, script: str) -> int:
        async with redis.asyncio.Redis.from_url(self._url) as client:
            return int(await client.eval(script, 1, self._root) or 0)
