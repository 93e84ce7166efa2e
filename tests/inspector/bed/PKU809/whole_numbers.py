"""Sets of whole numbers have the same order in every process."""

from pikku import Services, WorkflowContext, workflow


@workflow(name="numbered")
async def numbered(ctx: WorkflowContext[Services], data: set[int]) -> None:
    for number in {1, 2, 3}:
        await ctx.workflow.do(f"number {number}", lambda: 1)
    for number in data:
        await ctx.workflow.do(f"number {number}", lambda: 1)
    for number in set(range(4)):
        await ctx.workflow.do(f"number {number}", lambda: 1)
