"""The same name in every pass."""

from pikku import Services, WorkflowContext, workflow


@workflow(name="repeated")
async def repeated(ctx: WorkflowContext[Services], data: list[str]) -> list[str]:
    for each in data:
        await ctx.workflow.do("tell", lambda: each)  # want: PKU530
    return [await ctx.workflow.do("ask", lambda: each) for each in data]  # want: PKU530
