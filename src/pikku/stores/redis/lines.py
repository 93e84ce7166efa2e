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
        self._clients: dict[Address, Redis] = {}
        self._keeper = Keeper(address, self.route)
        self._closed = False

    async def connect(self) -> None:
        """Find out where the keys are."""
        with told_of(self._address):
            await self._ask_who(self.route.here)

    async def ask(self, name: str, *values: Any) -> Any:
        """What a script answers."""
        return await self.call(lambda client: self._evaluate(client, name, values))

    async def write(self, name: str, *values: Any) -> Any:
        """What a script answers that writes, when enough replicas have what it wrote."""
        if not self._replication.replicas:
            return await self.ask(name, *values)
        answer, replicas = await self.call(lambda client: self._write(client, name, values))
        if replicas < self._replication.replicas:
            raise StoreUnavailableError(
                str(self._address),
                f"{replicas} of {self._replication.replicas} replicas confirmed a write within {self._replication.wait_ms} ms; "
                "it may have been made",
            )
        return answer

    async def call(self, act: Callable[[Redis], Awaitable[T]]) -> T:
        """What is answered where the keys are. Raises `ClosedStoreError` if the lines were closed before it could begin."""
        async with self._seat():
            with told_of(self._address):
                return await self._follow(act)

    def renew(self, *values: Any) -> Any:
        """What the script answers that renews leases. Blocks, and may be called from any thread."""
        return self._keeper.renew(*values)

    async def close(self) -> None:
        """Let go of the connections that are idle now, and of the others when their answers are there."""
        self._closed = True
        self._keeper.close()
        await self._let_go()

    async def _follow(self, act: Callable[[Redis], Awaitable[T]]) -> T:
        if self.route.lost:
            await self._look_around()
        for hop in range(HOPS):
            here = self.route.here
            try:
                async with asyncio.timeout(self._patience):
                    return await act(self._client(here))
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
            async with asyncio.timeout(CONNECT_SECONDS):
                answer = await self._client(node).execute_command(*ASK_WHO)  # type: ignore[no-untyped-call]
        except ResponseError:  # no cluster, or we may not ask: then it says MOVED where we are wrong
            return
        self.route.learn(answer, node)

    async def _evaluate(self, client: Redis, name: str, values: tuple[Any, ...]) -> Any:
        try:
            return await client.evalsha(script_digest(name), 1, self._address.root, *values)
        except NoScriptError:
            return await client.eval(script_text(name), 1, self._address.root, *values)

    async def _write(self, client: Redis, name: str, values: tuple[Any, ...]) -> Any:
        answer, replicas = await self._write_and_wait(client, "EVALSHA", script_digest(name), values)
        if isinstance(answer, NoScriptError):
            answer, replicas = await self._write_and_wait(client, "EVAL", script_text(name), values)
        for each in (answer, replicas):
            if isinstance(each, Exception):
                raise each
        return answer, replicas

    async def _write_and_wait(self, client: Redis, command: str, script: str, values: tuple[Any, ...]) -> Any:
        # WAIT is about the writes of its own connection: a pipeline has one.
        async with client.pipeline(transaction=False) as pipeline:
            pipeline.execute_command(command, script, 1, self._address.root, *values)
            pipeline.execute_command("WAIT", self._replication.replicas, self._replication.wait_ms)
            return await pipeline.execute(raise_on_error=False)

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
        for client in self._clients.values():
            await client.connection_pool.disconnect(inuse_connections=False)

    def _client(self, address: Address) -> Redis:
        if address not in self._clients:
            self._clients[address] = loop_client(address, self._size)
        return self._clients[address]
