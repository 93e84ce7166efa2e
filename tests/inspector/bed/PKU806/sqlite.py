"""An embedded database is a file."""

import sqlite3

from pikku import Services, WorkflowContext, workflow


@workflow(name="counted")
async def counted(ctx: WorkflowContext[Services], data: str) -> None:
    db = sqlite3.connect(data)  # want: PKU806
    await ctx.workflow.do("count", lambda: 1)
    db.close()
