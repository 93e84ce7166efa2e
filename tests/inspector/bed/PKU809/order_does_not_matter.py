"""A loop that does the same in any order."""

from pikku import Services, WorkflowContext, workflow


@workflow(name="grouped")
async def grouped(ctx: WorkflowContext[Services], data: set[str]) -> int:
    starts: set[str] = set()
    count = 0
    for name in data:
        starts.add(name[0])
        if name.isupper():
            count += 1
    return await ctx.workflow.do("count", lambda: count + len(starts))
