"""Redis or Valkey: all stores under one prefix, one after the other."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from secrets import token_hex
from typing import Any

import redis
import redis.asyncio

from bench.database import Figures
from bench.rate import PAYLOAD, rate
from pikku.testing.servers import RedisServer

SCRIPT = "return redis.call('SET', KEYS[1], ARGV[1])"
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
    local record = redis.call('HGET', steps, 'long')
    redis.call('HSET', steps, 'long', (string.gsub(record, '^(%["%a+",%d+,%d+),[^,]+', '%1,0')))
end
"""


class RedisDatabase:
    """Asked by redis-py."""

    name = "redis"
    title = "Redis, appendonly yes, appendfsync always"
    yardstick = "plain SETs/s"
    unit = "SET"

    def __init__(self) -> None:
        self.queues: Sequence[str] = ["store", *(["bullmq"] if find_spec("bullmq") else [])]
        self._server = RedisServer(durable=True)
        self._prefix = f"pikku-bench-{token_hex(6)}"
        self._root = f"{{{self._prefix}}}"

    @contextmanager
    def running(self) -> Iterator[None]:
        with self._server:
            yield
            self._forget()

    def empty(self) -> str:
        self._forget()
        url = self._server.url()
        return f"{url}{'&' if '?' in url else '?'}prefix={self._prefix}"

    async def yardsticks(self) -> Figures:
        async with self._client() as client:
            script = await client.script_load(SCRIPT)
            sets = await rate(lambda number: client.set(f"{self._root}:{number}", PAYLOAD))
            calls = await rate(lambda number: client.evalsha(script, 1, f"{self._root}:{number}", PAYLOAD))
        return {self.yardstick: sets, "scripts of one SET/s": calls}

    async def asleep(self) -> int:
        return int(await self._script(ASLEEP))

    async def wake(self) -> None:
        await self._script(WAKE)

    async def completed(self) -> int:
        async with self._client() as client:
            return int(await client.zcard(f"{self._root}:list:completed"))

    def _forget(self) -> None:
        with redis.Redis.from_url(self._server.url()) as client:
            for key in client.scan_iter(f"*{self._prefix}*", count=10_000):
                client.unlink(key)

    async def _script(self, text: str) -> Any:
        async with self._client() as client:
            return await client.eval(text, 1, self._root)

    def _client(self) -> redis.asyncio.Redis:
        return redis.asyncio.Redis.from_url(self._server.url())
