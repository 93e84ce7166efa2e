"""Programs in steps."""

import subprocess

from pikku import Services, WorkflowContext, workflow


def build() -> int:
    return subprocess.run(["make"], check=False).returncode


@workflow(name="built")
async def built(ctx: WorkflowContext[Services]) -> int:
    return await ctx.workflow.do("build", build)
