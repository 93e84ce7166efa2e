"""A body calls functions and starts runs itself."""

from pikku import Context, Services, WorkflowContext, func, workflow


@func(name="rate")
async def rate(ctx: Context[Services], data: str) -> float:
    return await ctx.rpc.invoke("rate", data)


async def helper(context: WorkflowContext[Services]) -> None:
    await context.rpc.start_workflow("billed", "x")  # want: PKU815


@workflow(name="billed")
async def billed(ctx: WorkflowContext[Services], data: str) -> float:
    await helper(ctx)
    return await ctx.rpc.invoke("rate", data)  # want: PKU815
