"""The body itself changes it."""

from pikku import Services, WorkflowContext, workflow

SEEN: list[str] = []


@workflow(name="seen")
async def seen(ctx: WorkflowContext[Services], data: str) -> bool:
    SEEN.append(data)  # want: PKU808
    return await ctx.workflow.do("see", lambda: True)
