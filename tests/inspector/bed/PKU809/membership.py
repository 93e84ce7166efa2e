"""Asking what is in a set."""

from pikku import Services, WorkflowContext, workflow


@workflow(name="allowed")
async def allowed(ctx: WorkflowContext[Services], data: list[str]) -> list[str]:
    seen: set[str] = set()
    for name in data:
        if name not in seen:
            seen.add(name)
            await ctx.workflow.do(f"tell {name}", lambda: 1)
    return [name for name in data if name in seen and seen.issuperset(data)]
