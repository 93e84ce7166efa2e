"""Hears what other processes publish, on a connection of its own."""

from collections.abc import Callable
from contextlib import suppress

from pikku.stores.redis.address import Address
from pikku.stores.redis.connections import loop_client
from pikku.stores.redis.faults import told_of

PING_SECONDS = 15.0
"""After so long a silence the server is asked for a sign of life, and has as long again to give it."""


async def hear_channel(address: Address, tell: Callable[[str], None], ping_seconds: float = PING_SECONDS) -> None:
    """Tell what is published for this store, until the connection is cut. Raises `StoreUnavailableError`."""
    client = loop_client(address, 1)
    silent = False
    try:
        # What is no text is not ours: whoever published it, the connection is as good as cut.
        with told_of(address), suppress(UnicodeDecodeError):
            async with client.pubsub() as line:
                await line.subscribe(address.channel)
                while True:
                    message = await line.get_message(timeout=ping_seconds)
                    if message is None:
                        if silent:
                            raise TimeoutError(f"no sign of life for {2 * ping_seconds:.0f} s")
                        await line.ping()
                    elif message["type"] == "subscribe":
                        tell("")
                    elif message["type"] == "message":
                        tell(message["data"])
                    silent = message is None
    finally:
        await client.aclose()
