"""Names that tell the passes apart."""

from pikku import Services, WorkflowContext, workflow


@workflow(name="repeated")
async def repeated(ctx: WorkflowContext[Services], data: list[str]) -> None:
    await ctx.workflow.do("once", lambda: 1)
    for each in data:
        await ctx.workflow.do(f"tell {each}", lambda: each)
