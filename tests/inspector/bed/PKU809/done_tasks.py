"""What `asyncio.wait` gives are sets."""

import asyncio

from pikku import Services, WorkflowContext, workflow


@workflow(name="waited")
async def waited(ctx: WorkflowContext[Services], data: list[str]) -> list[int]:
    tasks = [asyncio.create_task(ctx.workflow.do(f"do {each}", lambda: 1)) for each in data]
    done, _ = await asyncio.wait(tasks)
    return [task.result() for task in done]  # want: PKU809
