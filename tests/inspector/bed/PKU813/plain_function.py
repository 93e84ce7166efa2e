"""Plain functions in steps run in threads by themselves."""

from pikku import Context, Services, WorkflowContext, func, workflow


@func
def work(ctx: Context[Services], data: int) -> int:
    return data + 1


@workflow(name="threaded")
async def threaded(ctx: WorkflowContext[Services], data: int) -> int:
    return await ctx.workflow.do("work", work, data)
