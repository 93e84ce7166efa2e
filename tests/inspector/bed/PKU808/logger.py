"""A logger whose level is changed."""

import logging

from pikku import Context, Services, WorkflowContext, func, workflow

log = logging.getLogger("shop")


@func
def quiet(ctx: Context[Services]) -> None:
    log.disabled = True


@workflow(name="logged")
async def logged(ctx: WorkflowContext[Services]) -> None:
    log.info("begun")
    await ctx.workflow.do("quiet", quiet)
