"""Hears what other processes notify, on a connection of its own."""

import asyncio
from collections.abc import Callable

from pikku.stores.postgres.address import without_password
from pikku.stores.postgres.connections import connect
from pikku.stores.postgres.faults import told_of


async def hear_channel(dsn: str, channel: str, tell: Callable[[str], None]) -> None:
    """Tell what is notified on the channel, until the connection is cut. Raises `StoreUnavailableError`."""
    with told_of(without_password(dsn)):
        # Without a cache of statements: this connection prepares none.
        connection = await connect(dsn, statement_cache_size=0)
        cut = asyncio.Event()
        try:
            connection.add_termination_listener(lambda _: cut.set())
            await connection.add_listener(channel, lambda *told: tell(told[-1]))
            tell("")
            await cut.wait()
        finally:
            connection.terminate()
