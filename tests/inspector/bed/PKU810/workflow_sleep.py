"""A sleep that is kept."""

from pikku import Services, WorkflowContext, workflow


@workflow(name="slow")
async def slow(ctx: WorkflowContext[Services]) -> None:
    await ctx.workflow.sleep("5min", description="Wait for the email")
    await ctx.workflow.sleep("Wait again", 5000)
