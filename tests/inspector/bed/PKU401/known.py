"""Names of functions that exist, also as constants, and one that cannot be known."""

from pikku import func

from pikku import Context, Services, WorkflowContext, func, workflow

SEND = "email.send"


@func(name="email.send")
def send(ctx: Context[Services], data: str) -> None:
    ctx.logger.info(data)


@func
def charge(ctx: Context[Services], data: str) -> None:
    ctx.logger.info(data)


@workflow(name="sent")
async def sent(ctx: WorkflowContext[Services], data: str) -> None:
    await ctx.workflow.do("send", SEND, data)
    await ctx.workflow.do("charge", "charge", data)
    await ctx.workflow.do("send again", send, data)
    await ctx.workflow.do("whatever", data, data)
