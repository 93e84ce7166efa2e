"""Wired by its mark, and by an application."""

from pikku import Pikku, Services, WorkflowContext, workflow, workflow_func

app = Pikku()


@workflow(name="one")
async def one(ctx: WorkflowContext[Services]) -> None:
    await ctx.workflow.do("one", lambda: 1)


@workflow_func
async def two(ctx: WorkflowContext[Services]) -> None:
    await ctx.workflow.do("two", lambda: 2)


app.wire_workflow(name="two", func=two)
