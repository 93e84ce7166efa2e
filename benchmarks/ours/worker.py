"""A worker process of the application that is measured: python -m benchmarks.ours.worker URL QUEUE OPTIONS [PROFILE]"""

import asyncio
import cProfile
import json
import signal
import sys
from typing import Any

from benchmarks.ours.application import app, service_at
from pikku.cli import event_loop


async def work(url: str, queue: str, options: dict[str, Any]) -> None:
    """Until it is told to end. It says when it begins."""
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    async with app.connect(service_at(url, queue, **options), work=True) as pikku:
        sys.stdout.write("working\n")
        sys.stdout.flush()
        await ended.wait()
        await pikku.drain()


def main(url: str, queue: str, options: str = "{}", profile: str | None = None) -> None:
    """With the option `uvloop`, on the event loop that `pikku worker` has where uvloop is installed."""
    given = json.loads(options)
    runner = event_loop.run if given.pop("uvloop", False) else asyncio.run
    if profile is None:
        runner(work(url, queue, given))
        return
    profiler = cProfile.Profile()
    profiler.runcall(runner, work(url, queue, given))
    profiler.dump_stats(profile)


if __name__ == "__main__":
    main(*sys.argv[1:])
