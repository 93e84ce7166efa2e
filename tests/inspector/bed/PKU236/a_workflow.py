"""Wired and marked."""

from pikku import Pikku, Services, WorkflowContext, workflow_func

app = Pikku()


@workflow_func
async def one(ctx: WorkflowContext[Services]) -> None:
    await ctx.workflow.do("one", lambda: 1)


app.wire_workflow(name="one", func=one)
