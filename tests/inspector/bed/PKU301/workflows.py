"""Two workflows of one name."""

from pikku import Services, WorkflowContext, workflow


@workflow(name="first")
async def first(ctx: WorkflowContext[Services]) -> None:
    await ctx.workflow.do("one", lambda: 1)


@workflow(name="first")  # want: PKU301
async def second(ctx: WorkflowContext[Services]) -> None:
    await ctx.workflow.do("one", lambda: 1)
