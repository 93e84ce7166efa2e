"""A helper that is called in a loop."""

from pikku import Services, WorkflowContext, workflow


async def tell(ctx: WorkflowContext[Services], name: str) -> None:
    await ctx.workflow.do("tell", lambda: name)  # want: PKU530


@workflow(name="told")
async def told(ctx: WorkflowContext[Services], data: list[str]) -> None:
    for each in data:
        await tell(ctx, each)
