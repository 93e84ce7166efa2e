"""What is given to a step is computed before it."""

import uuid

from pikku import Context, Services, WorkflowContext, func, workflow


@func
async def charge(ctx: Context[Services], data: str) -> str:
    return data


@workflow(name="paid")
async def paid(ctx: WorkflowContext[Services]) -> str:
    return await ctx.workflow.do("charge", charge, str(uuid.uuid4()))  # want: PKU803
