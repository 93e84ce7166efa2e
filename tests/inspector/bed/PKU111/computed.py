"""Names that are not written as texts."""

import os

from pikku import Pikku, Services, WorkflowContext, workflow

from pikku import workflow

app = Pikku()


@workflow(name=os.environ["NAME"])  # want: PKU111
async def one(ctx: WorkflowContext[Services]) -> None:
    await ctx.workflow.do("one", lambda: 1)
