"""The usual way to ask for the time."""

from datetime import UTC, datetime

from pikku import Services, WorkflowContext, workflow


@workflow(name="reminder")
async def reminder(ctx: WorkflowContext[Services], data: str) -> None:
    now = datetime.now(UTC)  # want: PKU801
    await ctx.workflow.do("remind", lambda: f"{data} {now}")
