"""Taking any element."""

from pikku import Services, WorkflowContext, workflow


@workflow(name="taken")
async def taken(ctx: WorkflowContext[Services], data: list[str]) -> str:
    left = set(data)
    first = left.pop()  # want: PKU809
    await ctx.workflow.do("take", lambda: first)
    return next(iter(left)) + data.pop()  # want: PKU809
