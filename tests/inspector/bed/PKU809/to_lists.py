"""Lists and dicts that are made from sets keep the order by chance."""

from pikku import Services, WorkflowContext, workflow


@workflow(name="listed")
async def listed(ctx: WorkflowContext[Services], data: list[str]) -> list[str]:
    unique = list(set(data))  # want: PKU809
    firsts = tuple({each[0] for each in data})  # want: PKU809
    by_name = {name: len(name) for name in frozenset(data)}  # want: PKU809
    await ctx.workflow.do("list", lambda: by_name)
    return [*unique, *firsts, *{"x", "y"}]  # want: PKU809
