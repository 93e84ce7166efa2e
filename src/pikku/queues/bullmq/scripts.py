"""What is done with messages at BullMQ: they are added and taken, many at once."""

import time
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import msgspec
from redis.asyncio import Redis

from pikku.queues.bullmq.names import Keys
from pikku.queues.slip import Slip

MOST_WAITING = 10_000
"""How many messages may wait in a queue, some 5 MB. What older ones told of was found by looking."""

_OPTIONS = '{"attempts":1,"removeOnComplete":true,"removeOnFail":true}'
"""If a worker of BullMQ should execute it after all, it leaves nothing behind."""


class Scripts:
    """Two scripts of our own: nobody waits for an acknowledgement of what may be lost.

    BullMQ's own way is a script and two events for each message that is added, and two scripts, a lock and two more events
    for each that is taken.
    """

    def __init__(self, client: Redis) -> None:
        self._add = client.register_script(_text("add"))
        self._take = client.register_script(_text("take"))

    async def add(self, keys: Keys, slips: Sequence[Slip]) -> None:
        """Add messages, which are jobs like any other for whoever else uses the queue."""
        now = round(time.time() * 1_000)
        await self._add(
            keys=keys.all, args=[keys.job, now, MOST_WAITING, _OPTIONS, *(_encoder.encode(slip) for slip in slips)]
        )

    async def take(self, keys: Keys, most: int) -> list[str]:
        """The data of at most so many jobs that may be executed now, whoever added them. They are removed."""
        return list(await self._take(keys=keys.all, args=[keys.job, most]))


@cache
def _text(name: str) -> str:
    return files(__package__).joinpath("lua", f"{name}.lua").read_text(encoding="utf-8")


_encoder = msgspec.json.Encoder()
