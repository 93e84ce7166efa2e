"""Without an argument, these look at the clock."""

import time

from pikku import Services, WorkflowContext, workflow


@workflow(name="converted")
async def converted(ctx: WorkflowContext[Services]) -> str:
    local = time.localtime()  # want: PKU801
    return time.strftime("%Y") + time.ctime() + str(local)  # want: PKU801 PKU801
