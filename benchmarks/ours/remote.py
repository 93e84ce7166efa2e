"""Remote mode: a client here, workers in processes of their own."""

import time

from benchmarks.ours.application import app, rpc_fan_out, rpc_steps, service_at
from benchmarks.ours.crowd import all_done, start_all
from benchmarks.ours.inline import fanned_out
from benchmarks.ours.processes import all_working
from benchmarks.rate import percentiles

WARM_UP_RUNS = 20


async def steps_at_once(
    url: str, queue: str, workers: int, crowds: list[tuple[int, int]], **options: bool
) -> dict[str, float]:
    """Steps a second of so many runs at once of so many steps each."""
    async with app.connect(service_at(url, queue)) as pikku, all_working(url, queue, workers, **options):
        await all_done(pikku, rpc_steps, WARM_UP_RUNS, 1)
        return {f"{runs}": runs * steps / await all_done(pikku, rpc_steps, runs, steps) for runs, steps in crowds}


async def lone_runs(url: str, queue: str, runs: int, **options: bool) -> dict[str, float]:
    """Milliseconds from start to result of runs of one step, one after the other."""
    async with app.connect(service_at(url, queue)) as pikku, all_working(url, queue, 1, **options):
        await all_done(pikku, rpc_steps, WARM_UP_RUNS, 1)
        took = []
        for _ in range(runs):
            began = time.perf_counter()
            await pikku.run(rpc_steps, 1)
            took.append(time.perf_counter() - began)
    return percentiles(took)


async def fan_out(url: str, queue: str, workers: int, steps: int) -> dict[str, float]:
    """Steps a second of one run that has all its steps at once."""
    async with app.connect(service_at(url, queue)) as pikku, all_working(url, queue, workers):
        return await fanned_out(pikku, rpc_fan_out, steps)


async def starts(url: str, runs: int) -> dict[str, float]:
    """Runs a second that are started, many at once; nobody works on them."""
    async with app.connect(service_at(url, "store")) as pikku:
        await start_all(pikku, rpc_steps, WARM_UP_RUNS)
        began = time.perf_counter()
        await start_all(pikku, rpc_steps, runs)
        return {"rate": runs / (time.perf_counter() - began)}
