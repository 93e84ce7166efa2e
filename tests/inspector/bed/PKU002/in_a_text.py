"""A text that looks like a comment is none."""

from pikku import Services, WorkflowContext, workflow

EXAMPLE = "# pikku: ignore[PKU801]"


@workflow(name="quoted")
async def quoted(ctx: WorkflowContext[Services]) -> str:
    return await ctx.workflow.do("quote", lambda: EXAMPLE)
