"""A counter with `global`."""

from pikku import Services, WorkflowContext, workflow

COUNT = 0


def count() -> None:
    global COUNT
    COUNT += 1


@workflow(name="counted")
async def counted(ctx: WorkflowContext[Services]) -> int:
    await ctx.workflow.do("count", count)
    return COUNT  # want: PKU808
