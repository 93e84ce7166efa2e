"""In a branch, in a loop, in a condition."""

from pikku import Services, WorkflowContext, workflow


@workflow(name="branched")
async def branched(ctx: WorkflowContext[Services], data: list[str]) -> None:
    if await ctx.workflow.do("any?", lambda: bool(data)):
        ctx.workflow.do("lost", lambda: 1)  # want: PKU501
    for each in data:
        await ctx.workflow.do(f"do {each}", lambda: 1)
    while (left := await ctx.workflow.do("left", lambda: 0)) > 0:
        ctx.logger.info("%d", left)
