"""Something is wired that cannot be known: it may be either of them."""

from pikku import Pikku, Services, WorkflowContext, workflow_func

app = Pikku()


@workflow_func
async def one(ctx: WorkflowContext[Services]) -> None:
    await ctx.workflow.do("one", lambda: 1)


@workflow_func
async def two(ctx: WorkflowContext[Services]) -> None:
    await ctx.workflow.do("two", lambda: 2)


for number, body in enumerate((one, two)):
    app.wire_workflow(name="any", func=body)  # want: PKU111
