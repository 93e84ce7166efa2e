"""What the database itself says, past the library under test."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg

SCHEMA = "workflows"


async def ask(url: str, query: str, *values: Any) -> list[Any]:
    """The rows of a query, in which the schema is called `{schema}`."""
    connection = await asyncpg.connect(url)
    try:
        return list(await connection.fetch(query.format(schema=SCHEMA), *values))
    finally:
        await connection.close()


async def until(is_so: Callable[[], Awaitable[bool]]) -> None:
    """Return when it is so."""
    async with asyncio.timeout(60):
        while not await is_so():
            await asyncio.sleep(0.05)
