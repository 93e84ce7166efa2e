"""Sorted, a set has one order."""

from pikku import Services, WorkflowContext, workflow


@workflow(name="told")
async def told(ctx: WorkflowContext[Services], data: set[str]) -> int:
    for name in sorted(data):
        await ctx.workflow.do(f"tell {name}", lambda: 1)
    names = sorted({each.lower() for each in data})
    return len({*names}) + max(len(each) for each in data)
