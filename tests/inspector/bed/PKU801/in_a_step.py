"""The clock in a step is recorded."""

import time
from datetime import UTC, datetime

from pikku import Services, WorkflowContext, workflow


@workflow(name="stamped")
async def stamped(ctx: WorkflowContext[Services]) -> str:
    started = await ctx.workflow.do("look at the clock", time.time)
    now = await ctx.workflow.do("look again", lambda: datetime.now(UTC).isoformat())
    return f"{started} {now}"
