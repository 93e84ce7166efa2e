"""SETs by redis-py, each confirmed when it is on the disk; and scripts of one SET."""

import redis.asyncio

from benchmarks.rate import PAYLOAD, rate

SCRIPT = "return redis.call('SET', KEYS[1], ARGV[1])"


async def sets(url: str, seconds: float, rows: int) -> dict[str, float]:
    """SETs a second, scripts of one SET a second, and SETs a second when one pipeline has many."""
    async with redis.asyncio.Redis.from_url(url.partition("?prefix")[0].partition("&prefix")[0]) as client:
        script = await client.script_load(SCRIPT)

        async def many(number: int) -> None:
            pipeline = client.pipeline(transaction=False)
            for row in range(rows):
                pipeline.set(f"yardstick:{number}:{row}", PAYLOAD)
            await pipeline.execute()

        return {
            "one": await rate(lambda number: client.set(f"yardstick:{number}", PAYLOAD), seconds),
            "script": await rate(lambda number: client.evalsha(script, 1, f"yardstick:{number}", PAYLOAD), seconds),
            "batch": rows * await rate(many, seconds),
        }
