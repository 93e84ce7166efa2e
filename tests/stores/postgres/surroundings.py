"""What the tests of the PostgreSQL store work with: several stores on one schema, and ways to cut their connections."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from pikku.stores.postgres import PostgresStore

PATIENCE = 60.0

NewStore = Callable[..., PostgresStore]


async def until(done: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await done():  # noqa: ASYNC110  it is the server that is asked
            await asyncio.sleep(0.01)


async def somebody_waits(admin: Any) -> bool:
    """Whether a connection of this database waits for a lock."""
    waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    return bool(await admin.fetchval(waiting))


async def cut_who_waits(admin: Any) -> bool:
    """Cut the connections of this database that wait for a lock, and tell whether there were any."""
    return await _cut(admin, "wait_event_type = 'Lock'")


async def cut_who_listens(admin: Any) -> bool:
    return await _cut(admin, "query LIKE 'LISTEN %'")


async def _cut(admin: Any, which: str) -> bool:
    return bool(
        await admin.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "  # noqa: S608
            f"WHERE datname = current_database() AND pid <> pg_backend_pid() AND {which}"
        )
    )
