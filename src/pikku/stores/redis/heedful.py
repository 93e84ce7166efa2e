"""Connections on which a cancellation is never lost."""

import asyncio
from typing import Any

from redis.asyncio.connection import AbstractConnection, Connection, SSLConnection, UnixDomainSocketConnection


class Heedful(AbstractConnection):
    """Ends a task that was cancelled while it sent.

    The driver sends through `asyncio.wait_for`, which before Python 3.12 forgets a cancellation that arrives when all is sent.
    """

    async def send_packed_command(self, command: Any, check_health: bool = True) -> None:
        task = asyncio.current_task()
        before = task.cancelling() if task else 0
        await super().send_packed_command(command, check_health)
        if task and task.cancelling() > before:
            await self.disconnect(nowait=True)  # nobody will read the answer
            raise asyncio.CancelledError


class HeedfulTcp(Heedful, Connection):
    """By host and port."""


class HeedfulTls(Heedful, SSLConnection):
    """The same, encrypted."""


class HeedfulSocket(Heedful, UnixDomainSocketConnection):
    """By a path."""


def connection_class(driver_url: str) -> type[Heedful]:
    """Which of them an address wants."""
    scheme = driver_url.partition(":")[0]
    return {"unix": HeedfulSocket, "rediss": HeedfulTls}.get(scheme, HeedfulTcp)
