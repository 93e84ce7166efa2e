"""Inline mode: the process that starts a run executes it."""

import time
from typing import Any

from benchmarks.ours.application import app, inline_fan_out, inline_steps, service_at
from benchmarks.ours.crowd import all_done

WARM_UP = 10
MICROSECONDS = 1_000_000


async def lone_run(url: str, lengths: list[int]) -> dict[str, float]:
    """Steps a second of one run after the other, by the number of its steps; and the time of the last one by that of the one
    before."""
    found, took = {}, []
    async with app.connect(service_at(url, "none")) as pikku:
        await pikku.run(inline_steps, WARM_UP)
        for steps in lengths:
            began = time.perf_counter()
            await pikku.run(inline_steps, steps)
            took.append(time.perf_counter() - began)
            found[f"{steps}"] = steps / took[-1]
    return found | ({"growth": took[-1] / took[-2]} if len(took) > 1 else {})


async def many_runs(url: str, crowds: list[tuple[int, int, int]]) -> dict[str, float]:
    """Steps a second, and microseconds a step, of so many runs at once of so many steps each, so many times."""
    found: dict[str, float] = {}
    async with app.connect(service_at(url, "none")) as pikku:
        await pikku.run(inline_steps, WARM_UP)
        for runs, steps, times in crowds:
            took = sum([await all_done(pikku, inline_steps, runs, steps) for _ in range(times)])
            found[f"{runs}"] = runs * steps * times / took
            found[f"{runs} µs"] = took * MICROSECONDS / (runs * steps * times)
    return found


async def fan_out(url: str, steps: int) -> dict[str, float]:
    """Steps a second of one run that has all its steps at once."""
    async with app.connect(service_at(url, "none")) as pikku:
        return await fanned_out(pikku, inline_fan_out, steps)


async def fanned_out(pikku: Any, workflow: Any, steps: int) -> dict[str, float]:
    """The same for any client and workflow."""
    await pikku.run(workflow, WARM_UP)
    began = time.perf_counter()
    await pikku.run(workflow, steps)
    return {"rate": steps / (time.perf_counter() - began)}
