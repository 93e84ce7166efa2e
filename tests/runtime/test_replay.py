"""A replay of steps one after the other is nothing but reading: it waits for nothing, and encodes nothing."""

import asyncio

from pikku import Context, MemoryStore, Pikku, Services, WorkflowContext, WorkflowService, func, workflow_func
from pikku.testing import VirtualClock

encoded: list["Data"] = []


class Data:
    def model_dump(self, *, mode: str) -> int:  # what the encoder asks of a foreign object
        encoded.append(self)
        return 0


@func
async def tell(ctx: Context[Services], data: int) -> int:
    return data


@workflow_func
async def long(ctx: WorkflowContext[Services], data: int) -> None:
    for _ in range(data):
        await ctx.workflow.do("tell", "tell", Data())
    await ctx.workflow.sleep("1d")


app = Pikku()
app.add_functions(tell)
app.wire_workflow(name="long", func=long)


async def turns_of_replay(steps: int) -> int:
    """In how many turns of the event loop a second process is where the first one was."""
    clock = VirtualClock()
    store = MemoryStore(clock=clock)
    async with app.connect(WorkflowService(store, longest_wait="2d"), clock=clock) as pikku:
        await pikku.start("long", steps)
        await clock.sleeping()
        await pikku.abandon()
    await clock.advance("31s")
    encoded.clear()
    async with app.connect(WorkflowService(store, longest_wait="2d"), clock=clock) as pikku:
        asleep, turns = asyncio.ensure_future(clock.sleeping()), 0
        recovering = asyncio.create_task(pikku.recover())
        while not asleep.done():
            turns += 1
            await asyncio.sleep(0)
        await recovering
        await pikku.abandon()
    return turns


async def test_a_replay_takes_no_turn_of_the_loop_for_a_step_and_asks_for_no_data() -> None:
    short = await turns_of_replay(1)
    assert await turns_of_replay(100) < short + 50
    assert encoded == []
