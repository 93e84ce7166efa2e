"""Renews leases: from any thread, on connections of its own."""

from typing import Any

import redis
from redis.exceptions import MovedError, NoScriptError, ResponseError

from pikku.stores.redis.address import Address
from pikku.stores.redis.connections import thread_client
from pikku.stores.redis.faults import CUT, told_of
from pikku.stores.redis.route import ASK_WHO, HOPS, Route
from pikku.stores.redis.script import script_digest, script_text


class Keeper:
    """Blocks. Goes the way that the store's other calls go, and finds it again when it is lost: they may stand still."""

    def __init__(self, address: Address, route: Route) -> None:
        self._address = address
        self._route = route
        self._clients: dict[Address, redis.Redis] = {}

    def renew(self, *values: Any) -> Any:
        """What the script answers that renews leases. Raises `StoreUnavailableError`."""
        with told_of(self._address):
            if self._route.lost:
                self._look_around()
            for hop in range(HOPS):
                here = self._route.here
                try:
                    return self._evaluate(self._client(here), values)
                except MovedError as moved:
                    self._route.follow(moved, here)
                    if hop == HOPS - 1:
                        raise
                except CUT:
                    self._route.lose(here)
                    raise
        raise AssertionError("the last hop returns or raises")

    def close(self) -> None:
        """Let go of the connections."""
        for client in self._clients.values():
            client.close()

    def _evaluate(self, client: redis.Redis, values: tuple[Any, ...]) -> Any:
        try:
            return client.evalsha(script_digest("renew"), 1, self._address.root, *values)
        except NoScriptError:
            return client.eval(script_text("renew"), 1, self._address.root, *values)

    def _look_around(self) -> None:
        for each in self._route.who_may_know():
            try:
                self._route.learn(self._client(each).execute_command(*ASK_WHO), each)  # type: ignore[no-untyped-call]
            except (*CUT, ResponseError):
                continue
            return

    def _client(self, address: Address) -> redis.Redis:
        if address not in self._clients:
            self._clients[address] = thread_client(address)
        return self._clients[address]
