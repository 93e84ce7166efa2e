"""A step may go through a set as it likes: its result is recorded."""

from pikku import Services, WorkflowContext, workflow


@workflow(name="unique")
async def unique(ctx: WorkflowContext[Services], data: list[str]) -> list[str]:
    return await ctx.workflow.do("unique", lambda: list(set(data)))
