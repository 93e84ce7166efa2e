"""Steps call functions and start runs."""

from typing import Any

from pikku import Services, WorkflowContext, workflow


class Radio:
    rpc: Any


@workflow(name="billed")
async def billed(ctx: WorkflowContext[Services], data: Radio) -> float:
    async def start() -> str:
        return await ctx.rpc.start_workflow("billed", data)

    await ctx.workflow.do("start", start)
    found: float = await ctx.workflow.do("ask", lambda: ctx.rpc.invoke("rate", data))
    data.rpc.invoke("rate")  # no context, whatever it is called
    return found
