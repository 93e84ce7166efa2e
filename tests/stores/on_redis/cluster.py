"""A cluster of real servers, whose slots can be moved, and whose masters can die."""

import asyncio
from contextlib import ExitStack
from typing import Any, Self

import redis
from redis.crc import key_slot
from tests.stores.on_redis.surroundings import until

from pikku.testing.servers import RedisServer

SLOTS = 16_384


class Cluster:
    """As many masters as asked, and one replica of the one that has the keys of a prefix."""

    def __init__(self, prefix: str, masters: int = 3) -> None:
        self.slot = key_slot(f"{{{prefix}}}".encode())
        self.servers = [RedisServer(cluster=True) for _ in range(masters + 1)]
        self._stack = ExitStack()

    async def __aenter__(self) -> Self:
        await asyncio.gather(*(asyncio.to_thread(server.start) for server in self.servers))
        for server in self.servers:
            self._stack.enter_context(server)
        *masters, replica = self.servers
        share = SLOTS // len(masters) + 1
        for number, master in enumerate(masters):
            says(master, "CLUSTER ADDSLOTS", *range(number * share, min((number + 1) * share, SLOTS)))
        for server in self.servers[1:]:
            says(self.servers[0], "CLUSTER MEET", *_place(server))
        await until(self._all_know_all)
        says(replica, "CLUSTER REPLICATE", self.id_of(masters[self.slot // share]))
        await until(lambda: self._follows(replica))
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def owner(self) -> RedisServer:
        """Who has the keys now."""
        return next(server for server in self.servers if self._has(server))

    @property
    def others(self) -> list[RedisServer]:
        """The masters that do not."""
        return [each for each in self.servers if says(each, "ROLE")[0] == "master" and not self._has(each)]

    @property
    def replica(self) -> RedisServer:
        return next(server for server in self.servers if says(server, "ROLE")[0] == "slave")

    def id_of(self, server: RedisServer) -> str:
        return str(says(server, "CLUSTER MYID"))

    def begin_to_move(self, there: RedisServer) -> RedisServer:
        """From now on new keys of the slot belong there. Returns where it was."""
        here = self.owner
        says(there, "CLUSTER SETSLOT", self.slot, "IMPORTING", self.id_of(here))
        says(here, "CLUSTER SETSLOT", self.slot, "MIGRATING", self.id_of(there))
        return here

    def move_keys(self, here: RedisServer, there: RedisServer, at_most: int = 10_000) -> None:
        keys = says(here, "CLUSTER GETKEYSINSLOT", self.slot, at_most)
        says(here, "MIGRATE", *_place(there), "", 0, 10_000, "KEYS", *keys)

    def end_to_move(self, there: RedisServer) -> None:
        for server in [there, *(each for each in self.servers if says(each, "ROLE")[0] == "master")]:
            says(server, "CLUSTER SETSLOT", self.slot, "NODE", self.id_of(there))

    async def fail_over(self) -> RedisServer:
        """The owner dies, and its replica takes its place, with all that was written. Returns who is dead."""
        dead, heir = self.owner, self.replica
        says(dead, "CLIENT PAUSE", 60_000, "WRITE")
        written = says(dead, "ROLE")[1]
        await until(lambda: _has_read(heir, written))
        self.servers.remove(dead)
        dead.stop()
        says(heir, "CLUSTER FAILOVER", "TAKEOVER")
        await until(self._is_well)
        return dead

    def _has(self, server: RedisServer) -> bool:
        me = self.id_of(server)
        ranges = says(server, "CLUSTER SLOTS")
        return any(first <= self.slot <= last and nodes[0][2] == me for first, last, *nodes in ranges)

    async def _all_know_all(self) -> bool:
        known = {f"cluster_known_nodes:{len(self.servers)}", "cluster_state:ok"}
        return all(known <= set(says(each, "CLUSTER INFO").splitlines()) for each in self.servers)

    async def _follows(self, replica: RedisServer) -> bool:
        """Whether it is a replica that has everything, and all know it."""
        role, place = says(replica, "ROLE"), _place(replica)[1]
        nodes = [says(each, "CLUSTER NODES").splitlines() for each in self.servers]
        known = all(any(f":{place}@" in line and "slave" in line for line in lines) for lines in nodes)
        return bool(known and role[0] == "slave" and role[3] == "connected")

    async def _is_well(self) -> bool:
        return all("cluster_state:ok" in says(each, "CLUSTER INFO") for each in self.servers) and any(
            self._has(each) for each in self.servers
        )


def says(server: RedisServer, command: str, *values: Any) -> Any:
    """What a node answers, as it says it."""
    with redis.Redis.from_url(server.tcp_url(), decode_responses=True) as client:
        return client.execute_command(*command.split(), *values)


async def _has_read(replica: RedisServer, offset: int) -> bool:
    return bool(says(replica, "ROLE")[4] >= offset)


def _place(server: RedisServer) -> tuple[str, str]:
    host, _, port = server.tcp_url().removeprefix("redis://").partition("/")[0].partition(":")
    return host, port
