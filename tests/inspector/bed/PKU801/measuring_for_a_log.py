"""A measurement for a log is still the clock."""

import time

from pikku import Services, WorkflowContext, workflow


@workflow(name="measured")
async def measured(ctx: WorkflowContext[Services]) -> None:
    start = time.perf_counter()  # want: PKU801
    await ctx.workflow.do("work", lambda: 1)
    ctx.logger.info("took %s", time.perf_counter() - start)  # want: PKU801
