"""Tasks whose result nobody takes."""

import asyncio

from pikku import Services, WorkflowContext, workflow


@workflow(name="forgetful")
async def forgetful(ctx: WorkflowContext[Services]) -> None:
    asyncio.create_task(ctx.workflow.do("one", lambda: 1))  # want: PKU811
    task = asyncio.ensure_future(ctx.workflow.do("two", lambda: 2))  # want: PKU811
    named = asyncio.create_task(ctx.workflow.do("three", lambda: 3))  # want: PKU811
    named.set_name("three")
