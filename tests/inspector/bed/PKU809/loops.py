"""Loops over sets."""

from pikku import Services, WorkflowContext, workflow


@workflow(name="told")
async def told(ctx: WorkflowContext[Services], data: list[str]) -> None:
    for name in set(data):  # want: PKU809
        await ctx.workflow.do(f"tell {name}", lambda: 1)
    for name in {"a", "b"}:  # want: PKU809
        await ctx.workflow.do(f"tell {name}", lambda: 1)
    for name in {each.lower() for each in data}:  # want: PKU809
        await ctx.workflow.do(f"tell {name}", lambda: 1)
