"""A return in `finally` swallows whatever was on its way."""

from pikku import Services, WorkflowContext, workflow


@workflow(name="returned")
async def returned(ctx: WorkflowContext[Services]) -> int:
    try:
        await ctx.workflow.do("one", lambda: 1)
    finally:
        return 1  # want: PKU814
