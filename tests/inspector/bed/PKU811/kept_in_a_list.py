"""Tasks in lists, one that is read and one that is not."""

import asyncio

from pikku import Services, WorkflowContext, workflow


@workflow(name="kept")
async def kept(ctx: WorkflowContext[Services], data: list[str]) -> None:
    kept = []
    for each in data:
        kept.append(asyncio.create_task(ctx.workflow.do(f"do {each}", lambda: 1)))
    await asyncio.wait(kept)
    lost = [asyncio.create_task(ctx.workflow.do("lost", lambda: 1))]  # want: PKU811
