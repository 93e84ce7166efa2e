"""The way to the keys of a store: to the server at its address, or, where that is one of a cluster, to the node that has them."""

from collections.abc import Iterator, Sequence
from typing import Any

from redis.crc import key_slot
from redis.exceptions import MovedError

from pikku.stores.redis.address import Address

HOPS = 5
"""How often one call follows the keys to another node before it gives up."""

ASK_WHO = ("CLUSTER", "SLOTS")
"""What a node of a cluster answers with `learn` can read; any other server refuses to."""


class Route:
    """Where to ask. All keys of a store have one slot, so one node has them all; it changes when slots are moved, and when
    a replica takes the place of a node that died. May be used from any thread.
    """

    def __init__(self, seed: Address) -> None:
        self.here = seed
        self.lost = False
        self._seed = seed
        self._others: tuple[Address, ...] = ()

    def follow(self, moved: MovedError, said_by: Address) -> None:
        """A node said that another has the keys."""
        self._others = tuple(dict.fromkeys((said_by, *self._others)))
        self.here = said_by.at(moved.host, moved.port)

    def lose(self, address: Address) -> None:
        """The server did not answer. In a cluster, others know whether the keys are elsewhere now."""
        self.lost = bool(self._others) and address == self.here

    def who_may_know(self) -> Iterator[Address]:
        """The nodes to ask when the way was lost, each once."""
        return iter(dict.fromkeys((*self._others, self._seed, self.here)))

    def learn(self, answer: Sequence[Any], said_by: Address) -> None:
        """Read an answer to `ASK_WHO`: ranges of slots, each with its first and last one, and its nodes, the master first."""
        slot = key_slot(self._seed.root.encode())
        others = []
        for first, last, *nodes in answer:
            places = [said_by.at(_host(node[0]), node[1]) for node in nodes]
            others += places
            if first <= slot <= last:
                self.here, self.lost = places[0], False
        self._others = tuple(dict.fromkeys(others))


def _host(told: str | None) -> str:
    # A node that does not know its own address says "?", or nothing: then it is the one that was asked.
    return "" if told in (None, "?") else str(told)
