"""Data that lack a field, data of another type, and no data."""

from dataclasses import dataclass

from pikku import Context, Services, WorkflowContext, func, workflow


@dataclass
class Letter:
    to: str
    text: str


@func
def send(ctx: Context[Services], data: Letter) -> None:
    ctx.logger.info(data.to)


@func
def count(ctx: Context[Services], data: int) -> int:
    return data


@workflow(name="sent")
async def sent(ctx: WorkflowContext[Services]) -> None:
    await ctx.workflow.do("send", "send", {"to": "a@b.c"})  # want: PKU402
    await ctx.workflow.do("count", count, "three")  # want: PKU402
    await ctx.workflow.do("send nothing", "send")  # want: PKU402
    await ctx.workflow.do("count nothing", count)  # want: PKU402
