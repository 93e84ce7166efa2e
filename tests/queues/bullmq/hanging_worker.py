"""A worker that begins a job, says so, and never ends it."""

import asyncio
import sys

from pikku.model.payload import Json
from pikku.queues.bullmq import BullMQQueue
from pikku.stores.memory import MemoryStore


async def hang(data: Json) -> None:
    sys.stdout.write(f"{data}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


async def main(url: str, prefix: str, queue: str) -> None:
    worker = BullMQQueue(url, prefix=prefix, job_lease="1s")
    await worker.open(MemoryStore())
    await worker.consume({queue: hang}, 2)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
