"""Data that fit, and data that cannot be known."""

from dataclasses import dataclass

from pikku import Context, Services, WorkflowContext, func, workflow


@dataclass
class Letter:
    to: str
    text: str = ""


@func
def send(ctx: Context[Services], data: Letter) -> None:
    ctx.logger.info(data.to)


@func
def count(ctx: Context[Services], data: int) -> int:
    return data


@workflow(name="sent")
async def sent(ctx: WorkflowContext[Services], data: str) -> None:
    await ctx.workflow.do("send", "send", {"to": "a@b.c"})
    await ctx.workflow.do("send again", send, Letter(to=data))
    await ctx.workflow.do("count", count, 3)
    await ctx.workflow.do("count again", "count", len(data))
