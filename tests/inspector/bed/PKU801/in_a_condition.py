"""The clock decides which steps there are."""

from datetime import date

from pikku import Services, WorkflowContext, workflow


@workflow(name="weekly")
async def weekly(ctx: WorkflowContext[Services], data: str) -> None:
    if date.today().weekday() == 0:  # want: PKU801
        await ctx.workflow.do("send", lambda: data)
    while date.today().year < 2030:  # want: PKU801
        await ctx.workflow.sleep("a while", "1d")
