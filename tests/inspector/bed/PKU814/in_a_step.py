"""What a step catches is its own affair."""

import asyncio

from pikku import Services, WorkflowContext, workflow


@workflow(name="careful")
async def careful(ctx: WorkflowContext[Services]) -> int:
    async def work() -> int:
        try:
            await asyncio.sleep(1)
        except BaseException:
            return 0
        return 1

    return await ctx.workflow.do("work", work)
