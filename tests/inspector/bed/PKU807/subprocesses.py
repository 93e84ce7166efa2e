"""Programs, in all their forms."""

import asyncio
import os
import subprocess

from pikku import Services, WorkflowContext, workflow


@workflow(name="built")
async def built(ctx: WorkflowContext[Services], data: str) -> None:
    subprocess.run([data], check=True)  # want: PKU807
    os.system(data)  # want: PKU807
    await asyncio.create_subprocess_exec(data)  # want: PKU807
    await ctx.workflow.do("tell", lambda: subprocess.Popen([data]).wait())
