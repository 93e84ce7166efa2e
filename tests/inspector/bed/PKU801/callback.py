"""A lambda that is only kept."""

import time

from pikku import Services, WorkflowContext, workflow


@workflow(name="kept")
async def kept(ctx: WorkflowContext[Services]) -> float:
    clocks = {"now": lambda: time.time()}
    return await ctx.workflow.do("look", clocks["now"])
