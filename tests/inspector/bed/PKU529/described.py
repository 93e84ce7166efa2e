"""A description says what the name does not."""

from pikku import Services, WorkflowContext, workflow


@workflow(name="named")
async def named(ctx: WorkflowContext[Services], data: list[str]) -> None:
    for each in data:
        await ctx.workflow.do(each, lambda: 1, description="Do what was asked")
