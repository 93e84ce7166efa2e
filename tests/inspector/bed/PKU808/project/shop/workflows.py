"""Reads a flag that another file changes."""

from pikku import Services, WorkflowContext, workflow

from shop.state import FLAGS, NAMES


@workflow(name="flagged")
async def flagged(ctx: WorkflowContext[Services]) -> str:
    if FLAGS["fast"]:  # want: PKU808
        return await ctx.workflow.do("hurry", lambda: NAMES[0])
    return NAMES[1]
