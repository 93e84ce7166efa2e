"""Names of functions that do not exist."""

from pikku import Context, Services, WorkflowContext, func, workflow


@func
def send_email(ctx: Context[Services], data: str) -> None:
    ctx.logger.info(data)


@workflow(name="sent")
async def sent(ctx: WorkflowContext[Services], data: str) -> None:
    await ctx.workflow.do("send", "send_emial", data)  # want: PKU401
    await ctx.workflow.do("charge", "charge.card", data)  # want: PKU401
