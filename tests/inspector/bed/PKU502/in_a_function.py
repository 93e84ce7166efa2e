"""Functions have no steps."""

from pikku import Context, Services, WorkflowContext, func, workflow


@func
async def send(ctx: Context[Services], data: str) -> None:
    await ctx.workflow.do("send", lambda: data)  # want: PKU502
    await ctx.workflow.sleep("1s")  # want: PKU502


@workflow(name="sent")
async def sent(ctx: WorkflowContext[Services], data: str) -> None:
    await ctx.workflow.do("send", send, data)
