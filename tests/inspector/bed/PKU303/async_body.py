"""Bodies wait; functions need not."""

from pikku import Context, Services, WorkflowContext, func, workflow


@func
def work(ctx: Context[Services]) -> int:
    return 1


@workflow(name="waited")
async def waited(ctx: WorkflowContext[Services]) -> int:
    return await ctx.workflow.do("work", work)
