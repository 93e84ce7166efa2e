"""Takes the oldest jobs of a queue at BullMQ, many at once, without a word to BullMQ."""

from functools import cache
from importlib.resources import files

from msgspec import Struct
from redis.asyncio import Redis

from pikku.queues.bullmq.names import Keys


class Taking(Struct, frozen=True):
    """To take a message is to remove it: nobody waits for an acknowledgement of what may be lost.

    So one script takes many, where BullMQ's own way is two scripts, a lock and two events for each.
    """

    client: Redis

    async def take(self, keys: Keys, most: int) -> list[str]:
        """The data of the jobs that may be executed now."""
        return await self._run(keys, most, 0)

    async def forget(self, keys: Keys, most: int, leave: int) -> None:
        """Remove the oldest of those that wait, if there are more than so many to leave."""
        await self._run(keys, most, leave)

    async def _run(self, keys: Keys, most: int, leave: int) -> list[str]:
        script = self.client.register_script(_text())
        return list(await script(keys=list(keys[1:]), args=[keys.job, most, leave]))


@cache
def _text() -> str:
    return files(__package__).joinpath("lua", "take.lua").read_text(encoding="utf-8")
