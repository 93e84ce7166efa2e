"""A function of the project that gives a set."""

from pikku import Services, WorkflowContext, workflow


def unique(names: list[str]) -> set[str]:
    return set(names)


@workflow(name="told")
async def told(ctx: WorkflowContext[Services], data: list[str]) -> None:
    for name in unique(data):  # want: PKU809
        await ctx.workflow.do(f"tell {name}", lambda: 1)
