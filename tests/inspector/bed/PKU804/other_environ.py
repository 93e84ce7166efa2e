"""Somebody's own environ, and what a path can say without asking anybody."""

import os.path

from pikku import Services, WorkflowContext, workflow


class Config:
    environ = {"REGION": "EU"}


@workflow(name="configured")
async def configured(ctx: WorkflowContext[Services], data: str) -> str:
    return Config.environ["REGION"] + os.path.join(data, "a") + os.sep + os.path.basename(data)
