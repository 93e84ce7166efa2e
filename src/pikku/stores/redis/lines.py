"""What an open store asks the server through."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from msgspec import Struct
from redis.asyncio import Redis
from redis.exceptions import MovedError, NoScriptError, ResponseError

from pikku.model.errors import ClosedStoreError, StoreUnavailableError
from pikku.stores.redis.address import Address
from pikku.stores.redis.connections import ANSWER_SECONDS, CONNECT_SECONDS, loop_client
from pikku.stores.redis.faults import CUT, told_of
from pikku.stores.redis.keeper import Keeper
from pikku.stores.redis.route import ASK_WHO, HOPS, Route
from pikku.stores.redis.script import script_digest, script_text
from pikku.stores.redis.wires import Wires

T = TypeVar("T")


class Replication(Struct, frozen=True):
    """How many replicas must have a write, and for how long to wait for them."""

    replicas: int
    wait_ms: int


class Lines:
    """The connections of one event loop, and those for leases. Raises `StoreUnavailableError` when the server cannot be asked.

    Who wants one more connection than there may be waits. Scripts are called by the digest of their text; a server that has
    forgotten one, after a restart or `SCRIPT FLUSH`, is given it anew.
    """

    def __init__(self, address: Address, size: int, replication: Replication) -> None:
        self.route = Route(address)
        self._address = address
        self._size = size
        self._replication = replication
        self._patience = ANSWER_SECONDS + replication.wait_ms / 1000
        self._seats = asyncio.Semaphore(size)
        self._wires: dict[Address, Wires] = {}
        self._keeper = Keeper(address, self.route)
        self._closed = False

    async def connect(self) -> None:
        """Find out where the keys are."""
        with told_of(self._address):
            await self._ask_who(self.route.here)

    async def ask(self, name: str, *values: Any) -> Any:
        """What a script answers."""
        return await self._at_keys(lambda here: self._evaluate(here, name, values))

    async def write(self, name: str, *values: Any) -> Any:
        """What a script answers that writes, when enough replicas have what it wrote."""
        if not self._replication.replicas:
            return await self.ask(name, *values)
        answer, replicas = await self._at_keys(lambda here: self._write(here, name, values))
        if replicas < self._replication.replicas:
            raise StoreUnavailableError(
                str(self._address),
                f"{replicas} of {self._replication.replicas} replicas confirmed a write within {self._replication.wait_ms} ms; "
                "it may have been made",
            )
        return answer

    async def call(self, act: Callable[[Redis], Awaitable[T]]) -> T:
        """What is answered to a client where the keys are; it is closed afterwards. Raises `ClosedStoreError` as all others do,
        if the lines were closed before it could begin.
        """

        async def use(here: Address) -> T:
            async with loop_client(here, 1) as client:
                return await act(client)

        return await self._at_keys(use)

    def renew(self, *values: Any) -> Any:
        """What the script answers that renews leases. Blocks, and may be called from any thread."""
        return self._keeper.renew(*values)

    async def close(self) -> None:
        """Let go of the connections that are idle now, and of the others when their answers are there."""
        self._closed = True
        self._keeper.close()
        await self._let_go()

    async def _at_keys(self, act: Callable[[Address], Awaitable[T]]) -> T:
        async with self._seat():
            with told_of(self._address):
                return await self._follow(act)

    async def _follow(self, act: Callable[[Address], Awaitable[T]]) -> T:
        if self.route.lost:
            await self._look_around()
        for hop in range(HOPS):
            here = self.route.here
            try:
                async with asyncio.timeout(self._patience):
                    return await act(here)
            except MovedError as moved:
                self.route.follow(moved, here)
                if hop == HOPS - 1:
                    raise
            except CUT:
                self.route.lose(here)
                raise
        raise AssertionError("the last hop returns or raises")

    async def _look_around(self) -> None:
        for each in self.route.who_may_know():
            try:
                await self._ask_who(each)
            except CUT:
                continue
            return

    async def _ask_who(self, node: Address) -> None:
        try:
            async with asyncio.timeout(CONNECT_SECONDS), loop_client(node, 1) as client:
                answer = await client.execute_command(*ASK_WHO)  # type: ignore[no-untyped-call]
        except ResponseError:  # no cluster, or we may not ask: then it says MOVED where we are wrong
            return
        self.route.learn(answer, node)

    async def _evaluate(self, here: Address, name: str, values: tuple[Any, ...]) -> Any:
        wires = self._wires_to(here)
        try:
            return await wires.ask(("EVALSHA", script_digest(name), 1, self._address.root, *values))
        except NoScriptError:
            return await wires.ask(("EVAL", script_text(name), 1, self._address.root, *values))

    async def _write(self, here: Address, name: str, values: tuple[Any, ...]) -> Any:
        answer, replicas = await self._write_and_wait(here, "EVALSHA", script_digest(name), values)
        if isinstance(answer, NoScriptError):
            answer, replicas = await self._write_and_wait(here, "EVAL", script_text(name), values)
        for each in (answer, replicas):
            if isinstance(each, Exception):
                raise each
        return answer, replicas

    async def _write_and_wait(self, here: Address, command: str, script: str, values: tuple[Any, ...]) -> Any:
        # WAIT is about the writes of its own connection.
        return await self._wires_to(here).ask_all(
            (command, script, 1, self._address.root, *values),
            ("WAIT", self._replication.replicas, self._replication.wait_ms),
        )

    @asynccontextmanager
    async def _seat(self) -> AsyncIterator[None]:
        async with self._seats:
            if self._closed:
                raise ClosedStoreError(str(self._address))
            try:
                yield
            finally:
                if self._closed:
                    await self._let_go()

    async def _let_go(self) -> None:
        for wires in self._wires.values():
            await wires.let_go()

    def _wires_to(self, address: Address) -> Wires:
        if address not in self._wires:
            self._wires[address] = Wires(address)
        return self._wires[address]
