"""A new id at every replay."""

import uuid
from uuid import uuid4

from pikku import Services, WorkflowContext, workflow


@workflow(name="ordered")
async def ordered(ctx: WorkflowContext[Services], data: str) -> str:
    order = str(uuid4())  # want: PKU803
    await ctx.workflow.do("order", lambda: f"{order} {data}")
    return uuid.uuid1().hex  # want: PKU803
