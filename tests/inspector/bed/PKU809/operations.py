"""Unions, differences and views of dicts."""

from pikku import Services, WorkflowContext, workflow


@workflow(name="compared")
async def compared(ctx: WorkflowContext[Services], data: dict[str, int]) -> str:
    known = {"a", "b"}
    fresh = data.keys() - known
    for name in fresh:  # want: PKU809
        await ctx.workflow.do(f"add {name}", lambda: 1)
    for name in data:
        await ctx.workflow.do(f"keep {name}", lambda: 1)
    both = known.union(data)
    return ",".join(both | {"c"})  # want: PKU809
