"""A function that is only given to a step is none of the body's code."""

import time

from pikku import Services, WorkflowContext, workflow


def measure() -> float:
    return time.time()


@workflow(name="measured")
async def measured(ctx: WorkflowContext[Services]) -> float:
    async def later() -> float:
        return time.monotonic()

    first = await ctx.workflow.do("measure", measure)
    return first + await ctx.workflow.do("measure later", later)
