"""Catching what a program's step raised."""

import subprocess

from pikku import Context, Services, WorkflowContext, func, workflow


@func
def build(ctx: Context[Services]) -> None:
    subprocess.run(["make"], check=True)


@workflow(name="built")
async def built(ctx: WorkflowContext[Services]) -> str:
    try:
        await ctx.workflow.do("build", build)
    except subprocess.CalledProcessError as error:
        return str(error.returncode)
    return "fine"
