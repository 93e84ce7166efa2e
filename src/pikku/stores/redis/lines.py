"""What an open store asks the server through."""

from typing import Any

from msgspec import Struct
from redis.commands.core import AsyncScript, Script
from redis.exceptions import NoScriptError

from pikku.model.errors import StoreUnavailableError
from pikku.stores.redis.address import Address
from pikku.stores.redis.connections import loop_client, thread_client
from pikku.stores.redis.faults import told_of
from pikku.stores.redis.script import script_text


class Replication(Struct, frozen=True):
    """How many replicas must have a write, and for how long to wait for them."""

    replicas: int
    wait_ms: int


class Lines:
    """The connections of one event loop, and one for leases. Raises `StoreUnavailableError` when the server cannot be asked.

    Scripts are called by the digest of their text; a server that has forgotten one, after a restart or `SCRIPT FLUSH`, is given
    it anew.
    """

    def __init__(self, address: Address, size: int, replication: Replication) -> None:
        self.client = loop_client(address, size)
        self._keeper = thread_client(address)
        self._address = address
        self._replication = replication
        self._scripts: dict[str, AsyncScript] = {}
        self._renew: Script = self._keeper.register_script(script_text("renew"))

    async def ask(self, name: str, *values: Any) -> Any:
        """What a script answers."""
        with told_of(self._address):
            return await self._script(name)(keys=[self._address.root], args=values)

    async def write(self, name: str, *values: Any) -> Any:
        """What a script answers that writes, when enough replicas have what it wrote."""
        if not self._replication.replicas:
            return await self.ask(name, *values)
        with told_of(self._address):
            answer, replicas = await self._write_and_wait(self._script(name), values)
            if isinstance(answer, NoScriptError):
                await self.client.script_load(script_text(name))
                answer, replicas = await self._write_and_wait(self._script(name), values)
            for each in (answer, replicas):
                if isinstance(each, Exception):
                    raise each
        if replicas < self._replication.replicas:
            raise StoreUnavailableError(
                str(self._address),
                f"{replicas} of {self._replication.replicas} replicas confirmed a write within {self._replication.wait_ms} ms; "
                "it may have been made",
            )
        return answer

    def renew(self, *values: Any) -> Any:
        """What the script answers that renews leases. Blocks, and may be called from any thread."""
        with told_of(self._address):
            return self._renew(keys=[self._address.root], args=values)

    async def close(self) -> None:
        await self.client.aclose()
        self._keeper.close()

    def _script(self, name: str) -> AsyncScript:
        if name not in self._scripts:
            self._scripts[name] = self.client.register_script(script_text(name))
        return self._scripts[name]

    async def _write_and_wait(self, script: AsyncScript, values: tuple[Any, ...]) -> Any:
        # WAIT is about the writes of its own connection: a pipeline has one.
        async with self.client.pipeline(transaction=False) as pipeline:
            pipeline.execute_command("EVALSHA", script.sha, 1, self._address.root, *values)
            pipeline.execute_command("WAIT", self._replication.replicas, self._replication.wait_ms)
            return await pipeline.execute(raise_on_error=False)
