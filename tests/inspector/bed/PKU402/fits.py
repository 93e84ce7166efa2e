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


@func
def list_all(ctx: Context[Services], data: str | None = None) -> list[str]:
    return [data or ""]


@func
def ping(ctx: Context[Services]) -> str:
    return "pong"


@workflow(name="sent")
async def sent(ctx: WorkflowContext[Services], data: str) -> None:
    await ctx.workflow.do("send", "send", {"to": "a@b.c"})
    await ctx.workflow.do("send again", send, Letter(to=data))
    await ctx.workflow.do("count", count, 3)
    await ctx.workflow.do("count again", "count", len(data))
    await ctx.workflow.do("list", "list_all")
    await ctx.workflow.do("ping", ping)
    await ctx.workflow.do(*("from a tuple", "count", 3), description="who knows")
