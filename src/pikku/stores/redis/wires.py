"""The connections that scripts go through: one question after the other on each, and nothing else on the way."""

from collections.abc import Sequence
from typing import Any

from redis.exceptions import ResponseError

from pikku.stores.redis.address import Address
from pikku.stores.redis.connections import loop_client

Command = Sequence[Any]


class Wires:
    """As many as are used at once, to one server, in one event loop.

    A client of redis-py and its pool take twice as long over a question as the question itself does; their connections alone do
    all that is needed here.
    """

    def __init__(self, address: Address) -> None:
        self._pool = loop_client(address, 1).connection_pool
        self._idle: list[Any] = []

    async def ask(self, command: Command) -> Any:
        """The answer. Raises what the server says, or that there was no answer."""
        (answer,) = await self.ask_all(command)
        if isinstance(answer, ResponseError):
            raise answer
        return answer

    async def ask_all(self, *commands: Command) -> list[Any]:
        """The answers to commands that go over one connection, one behind the other; refusals are among them."""
        wire = self._idle.pop() if self._idle else self._pool.make_connection()  # type: ignore[no-untyped-call]
        try:
            await _make_ready(wire)
            await wire.send_packed_command(wire.pack_commands(commands), check_health=False)
            return [await _answer(wire) for _ in commands]
        except BaseException:
            # An answer may be on its way, and would be taken for that to the next question.
            await wire.disconnect(nowait=True)
            raise
        finally:
            self._idle.append(wire)

    async def let_go(self) -> None:
        """Close those that nobody uses now."""
        idle, self._idle = self._idle, []
        for wire in idle:
            await wire.disconnect()


async def _make_ready(wire: Any) -> None:
    await wire.connect()
    # The server may have closed it while nobody used it. Before redis-py 8, this question had the other name.
    can_read = getattr(wire, "can_read", None) or wire.can_read_destructive
    if await can_read():
        await wire.disconnect()
        await wire.connect()


async def _answer(wire: Any) -> Any:
    try:
        return await wire.read_response()
    except ResponseError as refusal:
        return refusal
