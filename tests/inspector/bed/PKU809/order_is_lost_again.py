"""A list that is sorted or counted at once."""

from pikku import Services, WorkflowContext, workflow


@workflow(name="counted")
async def counted(ctx: WorkflowContext[Services], data: list[str]) -> int:
    names = sorted(name.lower() for name in set(data))
    total = sum(len(name) for name in set(data))
    await ctx.workflow.do("count", lambda: names)
    return total + len(list(set(data))) + (1 if any(each for each in set(data)) else 0)
