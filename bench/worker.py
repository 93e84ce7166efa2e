"""A worker process of the application that is measured. Usage: python -m bench.worker URL QUEUE [PROFILE]"""

import asyncio
import cProfile
import signal
import sys

from bench.application import app, service_at


async def work(url: str, queue: str) -> None:
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    async with app.connect(service_at(url, queue), work=True) as pikku:
        sys.stdout.write("working\n")
        sys.stdout.flush()
        await ended.wait()
        await pikku.drain()


def main(url: str, queue: str, profile: str | None = None) -> None:
    if profile is None:
        asyncio.run(work(url, queue))
        return
    profiler = cProfile.Profile()
    profiler.runcall(asyncio.run, work(url, queue))
    profiler.dump_stats(profile)


if __name__ == "__main__":
    main(*sys.argv[1:])
