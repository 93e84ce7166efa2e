"""Requests in steps."""

import httpx

from pikku import Context, Services, WorkflowContext, func, workflow


@func
async def fetch(ctx: Context[Services], data: str) -> str:
    async with httpx.AsyncClient() as client:
        return (await client.get(data)).text


@workflow(name="fetched")
async def fetched(ctx: WorkflowContext[Services], data: str) -> str:
    text = await ctx.workflow.do("fetch", fetch, data)
    return text + await ctx.workflow.do("fetch again", lambda: httpx.get(data).text)
