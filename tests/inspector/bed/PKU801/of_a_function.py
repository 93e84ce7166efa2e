"""Functions marked with @func are executed in steps."""

import time

from pikku import Context, Services, WorkflowContext, func, workflow


@func
def stamp(ctx: Context[Services]) -> float:
    return time.time()


@workflow(name="stamped")
async def stamped(ctx: WorkflowContext[Services]) -> float:
    return await ctx.workflow.do("stamp", stamp)
