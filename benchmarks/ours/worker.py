"""A worker process of the application that is measured: python -m benchmarks.ours.worker URL QUEUE OPTIONS [PROFILE]"""

import asyncio
import cProfile
import json
import signal
import sys

from benchmarks.ours.application import app, service_at


async def work(url: str, queue: str, options: str) -> None:
    """Until it is told to end. It says when it begins."""
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    async with app.connect(service_at(url, queue, **json.loads(options)), work=True) as pikku:
        sys.stdout.write("working\n")
        sys.stdout.flush()
        await ended.wait()
        await pikku.drain()


def main(url: str, queue: str, options: str = "{}", profile: str | None = None) -> None:
    if profile is None:
        asyncio.run(work(url, queue, options))
        return
    profiler = cProfile.Profile()
    profiler.runcall(asyncio.run, work(url, queue, options))
    profiler.dump_stats(profile)


if __name__ == "__main__":
    main(*sys.argv[1:])
