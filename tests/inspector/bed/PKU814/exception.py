"""Exception does not include what ends a body."""

from contextlib import suppress

from pikku import Services, WorkflowContext, workflow


@workflow(name="careful")
async def careful(ctx: WorkflowContext[Services]) -> None:
    try:
        await ctx.workflow.do("one", lambda: 1)
    except Exception:
        await ctx.workflow.do("undo", lambda: 1)
    finally:
        ctx.logger.info("over")
    with suppress(ValueError):
        await ctx.workflow.do("two", lambda: 2)
