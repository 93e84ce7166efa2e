"""A loop that only counts."""

from pikku import Services, WorkflowContext, workflow


@workflow(name="counted")
async def counted(ctx: WorkflowContext[Services]) -> None:
    for _ in range(3):
        await ctx.workflow.do("knock", lambda: 1)
