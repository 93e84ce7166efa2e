"""Wired, but not marked."""

from pikku import Pikku, Services, WorkflowContext

app = Pikku()


async def one(ctx: WorkflowContext[Services]) -> None:
    await ctx.workflow.do("one", lambda: 1)


app.wire_workflow(name="one", func=one)  # want: PKU236
