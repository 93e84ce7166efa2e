"""Modules and functions under other names."""

import datetime as dt
import time as clock
from time import monotonic as seconds

from pikku import Services, WorkflowContext, workflow


@workflow(name="aliased")
async def aliased(ctx: WorkflowContext[Services]) -> float:
    today = dt.date.today()  # want: PKU801
    late = dt.datetime.utcnow()  # want: PKU801
    start = clock.time()  # want: PKU801
    await ctx.workflow.do("work", lambda: [str(today), str(late)])
    return seconds() - start  # want: PKU801
