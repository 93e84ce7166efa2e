"""Committed INSERTs by asyncpg: one after the other, from many connections, and many rows in one."""

import asyncio
from typing import Any

import asyncpg

from benchmarks.rate import PAYLOAD, rate

TABLE = "CREATE TABLE yardstick (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, payload text)"
INSERT = "INSERT INTO yardstick (payload) VALUES ($1)"
INSERT_MANY = "INSERT INTO yardstick (payload) SELECT unnest($1::text[])"


async def inserts(url: str, seconds: float, connections: int, rows: int) -> dict[str, float]:
    """INSERTs a second from one connection and from many, and rows a second when one INSERT has many."""
    pool = await asyncpg.create_pool(url, min_size=connections, max_size=connections)
    await pool.execute(TABLE)
    async with pool.acquire() as one:
        found = {
            "one": await rate(lambda number: one.execute(INSERT, PAYLOAD), seconds),
            "batch": rows * await rate(lambda number: one.execute(INSERT_MANY, [PAYLOAD] * rows), seconds),
        }
    found["many"] = sum(await asyncio.gather(*(_from_one(pool, seconds) for _ in range(connections))))
    await pool.close()
    return found


async def _from_one(pool: Any, seconds: float) -> float:
    async with pool.acquire() as connection:
        return await rate(lambda number: connection.execute(INSERT, PAYLOAD), seconds)
