"""A plain function that is given data."""

from pikku import Context, Services, WorkflowContext, workflow


def send(ctx: Context[Services], data: str) -> None:
    ctx.logger.info(data)


@workflow(name="sent")
async def sent(ctx: WorkflowContext[Services], data: str) -> None:
    await ctx.workflow.do("send", send, data)  # want: PKU401
