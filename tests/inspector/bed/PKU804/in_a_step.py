"""Read in a step."""

import os

from pikku import Services, WorkflowContext, workflow


@workflow(name="configured")
async def configured(ctx: WorkflowContext[Services]) -> str:
    return await ctx.workflow.do("Read the setting", lambda: os.environ["REGION"])
