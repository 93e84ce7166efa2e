"""A step inside of a step."""

from pikku import Services, WorkflowContext, workflow


@workflow(name="nested")
async def nested(ctx: WorkflowContext[Services]) -> int:
    async def inner() -> int:
        return await ctx.workflow.do("inner", lambda: 1)  # want: PKU502

    await ctx.workflow.do("lambda", lambda: ctx.workflow.sleep("a while", "1s"))  # want: PKU502
    return await ctx.workflow.do("outer", inner)
