"""Not all of the module secrets is chance."""

import secrets

from pikku import Services, WorkflowContext, workflow


@workflow(name="compared")
async def compared(ctx: WorkflowContext[Services], data: str) -> bool:
    known = await ctx.workflow.do("known", lambda: "secret")
    return secrets.compare_digest(known, data)
