"""Which Python it is, is a matter of the code and not of the run."""

import sys

from pikku import Services, WorkflowContext, workflow


@workflow(name="versioned")
async def versioned(ctx: WorkflowContext[Services]) -> int:
    if sys.version_info >= (3, 12):
        return await ctx.workflow.do("new", lambda: 12)
    return sys.maxsize
