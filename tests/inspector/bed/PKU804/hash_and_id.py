"""The hash of a text and the id of an object are other ones in every process."""

from pikku import Services, WorkflowContext, workflow


@workflow(name="hashed")
async def hashed(ctx: WorkflowContext[Services], data: str) -> int:
    if hash(data) % 2:  # want: PKU804
        return await ctx.workflow.do("odd", lambda: 1)
    return await ctx.workflow.do("even", lambda: id(data))
