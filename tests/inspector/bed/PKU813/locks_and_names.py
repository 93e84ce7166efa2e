"""Names of the module threading that start nothing."""

import threading

from pikku import Services, WorkflowContext, workflow


@workflow(name="named")
async def named(ctx: WorkflowContext[Services]) -> str:
    return await ctx.workflow.do("name", lambda: threading.current_thread().name)
