"""Texts, constants and templates."""

from pikku import Services, WorkflowContext, workflow

PREFIX = "shop: "
NAME = PREFIX + "pay"


@workflow(name="named")
async def named(ctx: WorkflowContext[Services], data: list[str]) -> None:
    await ctx.workflow.do(NAME, lambda: 1)
    for each in data:
        await ctx.workflow.do(f"pay {each}", lambda: 1)
    await ctx.workflow.sleep("1s")
