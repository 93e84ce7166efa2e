"""Names that are constants are as good as texts."""

from pikku import workflow

from pikku import Services, WorkflowContext

PREFIX = "shop."
NAME = PREFIX + "one"


@workflow(name=NAME)
async def one(ctx: WorkflowContext[Services]) -> None:
    await ctx.workflow.do("one", lambda: 1)
