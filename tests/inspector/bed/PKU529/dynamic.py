"""Names that come from elsewhere."""

from pikku import Services, WorkflowContext, workflow


@workflow(name="named")
async def named(ctx: WorkflowContext[Services], data: list[str]) -> None:
    for each in data:
        await ctx.workflow.do(each, lambda: 1)  # want: PKU529
    await ctx.workflow.do(data[0].upper(), lambda: 1)  # want: PKU529
    await ctx.workflow.sleep(data[1], "1s")  # want: PKU529
