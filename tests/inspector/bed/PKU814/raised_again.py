"""Handlers that pass it on."""

import asyncio

from pikku import Services, WorkflowContext, workflow


@workflow(name="careful")
async def careful(ctx: WorkflowContext[Services]) -> None:
    try:
        await ctx.workflow.do("one", lambda: 1)
    except asyncio.CancelledError:
        ctx.logger.info("cancelled")
        raise
    except BaseException as error:
        ctx.logger.info("over")
        raise error
