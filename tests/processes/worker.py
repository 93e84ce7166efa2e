"""A process of the application under test: starts some runs, and takes over what others leave, until it is killed.

Usage: python -m tests.processes.worker STORE_URL NOTES_FILE RUNS_TO_START
"""

import asyncio
import sys

from tests.processes.notes import note

from pikku import Context, Pikku, Services, WorkflowContext, WorkflowService, func, workflow_func
from pikku.app.adapters import store_from


@func
async def work(ctx: Context[Services], data: int) -> int:
    note(ctx)
    await asyncio.sleep(0.15)
    return data + 1


@workflow_func
async def sample(ctx: WorkflowContext[Services], data: int) -> list[int]:
    first = await ctx.workflow.do("first", work, data)
    pair = await asyncio.gather(*(ctx.workflow.do("pair", work, first) for _ in range(2)))
    await ctx.workflow.sleep("pause", "100ms")
    inline = await ctx.workflow.do("inline", lambda: len(note(ctx)))
    last = await ctx.workflow.do("last", work, pair[1])
    return [first, *pair, inline, last]


app = Pikku()
app.add_functions(work)
app.wire_workflow(name="sample", func=sample)


async def main(url: str, runs_to_start: int) -> None:
    service = WorkflowService(store_from(url), lease="1s")
    async with app.connect(service, work=True) as pikku:
        sys.stdout.write("working\n")
        sys.stdout.flush()
        for number in range(runs_to_start):
            await pikku.start(sample, number)
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[3])))
