"""Steps that nobody waits for."""

from pikku import Context, Services, WorkflowContext, func, workflow


@func
async def send(ctx: Context[Services], data: str) -> None:
    ctx.logger.info(data)


@workflow(name="forgetful")
async def forgetful(ctx: WorkflowContext[Services], data: str) -> None:
    ctx.workflow.do("send", send, data)  # want: PKU501
    pending = ctx.workflow.do("tax", lambda: 1)  # want: PKU501
    ctx.workflow.sleep("a while", "1h")  # want: PKU501
