"""A body that was dropped, and is replayed from the top with all its steps."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from benchmarks.ours.application import service_at
from pikku import Pikku, Services, WorkflowContext, workflow_func

NEVER = 3_600


class Replay:
    """A run that is left after its last step, and taken over by another client."""

    def __init__(self) -> None:
        self.has_finished_steps = asyncio.Event()
        self.is_left = False
        self.began = self.ended = 0.0

    def application(self) -> Pikku[Services]:
        app = Pikku()
        app.wire_workflow(name="long", func=self.body())
        return app

    def body(self) -> Callable[..., Awaitable[int]]:
        @workflow_func
        async def long(ctx: WorkflowContext[Services], data: int) -> int:
            self.began = time.perf_counter()
            for _ in range(data):
                await ctx.workflow.do("echo", lambda: data)
            self.ended = time.perf_counter()
            return await ctx.workflow.do("the last", self.last)

        return long

    async def last(self) -> int:
        self.has_finished_steps.set()
        if not self.is_left:
            await asyncio.sleep(NEVER)
        return 0


async def replay(url: str, steps: int) -> dict[str, float]:
    """Steps a second: of the replay alone, and from the moment in which another client is told to recover the run."""
    found = Replay()
    app = found.application()
    async with app.connect(service_at(url, "none")) as pikku:
        await pikku.start("long", steps)
        await found.has_finished_steps.wait()
        found.is_left = True
        await pikku.drain(0)
    async with app.connect(service_at(url, "none")) as pikku:
        told = time.perf_counter()
        [handle] = await pikku.recover()
        await handle.result()
    return {"replay": steps / (found.ended - found.began), "recovery": steps / (found.ended - told)}
