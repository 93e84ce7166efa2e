"""Where nothing is awaited, nothing ends the body."""

import json

from pikku import Services, WorkflowContext, workflow


@workflow(name="parsed")
async def parsed(ctx: WorkflowContext[Services], data: str) -> int:
    try:
        value = int(json.loads(data))
    except:
        value = 0
    return await ctx.workflow.do("add", lambda: value + 1)
