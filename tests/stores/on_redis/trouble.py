"""Servers that can be kept from writing, each in one of the ways in which real ones are."""

from pathlib import Path
from typing import ClassVar

from tests.stores.on_redis.surroundings import says, until

from pikku.testing.servers import RedisServer


class Trouble:
    """Memory is full."""

    says: ClassVar[str] = "command not allowed when used memory"

    def __init__(self, server: RedisServer) -> None:
        self.server = server

    async def begin(self) -> None:
        """From now on nothing can be written."""
        self._set("maxmemory", 1)

    async def end(self) -> None:
        self._set("maxmemory", 0)

    def _set(self, name: str, value: object) -> None:
        says(self.server.url(), "CONFIG", "SET", name, value)


class LostReplicas(Trouble):
    """The server wants a replica to have what it writes, and has none."""

    says = "NOREPLICAS"

    async def begin(self) -> None:
        self._set("min-replicas-to-write", 1)

    async def end(self) -> None:
        self._set("min-replicas-to-write", 0)


class FailedSnapshot(Trouble):
    """The last snapshot could not be written: where its file would be is a folder."""

    says = "MISCONF"

    async def begin(self) -> None:
        self._set("save", "3600 1")
        self._place.mkdir(exist_ok=True)
        says(self.server.url(), "BGSAVE")
        await until(lambda: self._last_was("err"))

    async def end(self) -> None:
        self._place.rmdir()
        says(self.server.url(), "BGSAVE")
        await until(lambda: self._last_was("ok"))

    async def _last_was(self, status: str) -> bool:
        info = says(self.server.url(), "INFO", "persistence")
        return bool(not info["rdb_bgsave_in_progress"] and info["rdb_last_bgsave_status"] == status)

    @property
    def _place(self) -> Path:
        return Path(says(self.server.url(), "CONFIG", "GET", "dir")["dir"]) / "dump.rdb"


class Deposed(Trouble):
    """The server has become a replica of another one, which nobody can reach."""

    says = "read only replica"

    async def begin(self) -> None:
        says(self.server.url(), "REPLICAOF", "127.0.0.1", 1)

    async def end(self) -> None:
        says(self.server.url(), "REPLICAOF", "NO", "ONE")


TROUBLES = (Trouble, LostReplicas, FailedSnapshot, Deposed)
