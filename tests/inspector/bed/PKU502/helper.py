"""A helper that is given the context is part of the body."""

from pikku import Services, WorkflowContext, workflow


async def twice(ctx: WorkflowContext[Services], name: str) -> int:
    first = await ctx.workflow.do(f"{name} once", lambda: 1)
    return first + await ctx.workflow.do(f"{name} twice", lambda: 1)


@workflow(name="helped")
async def helped(ctx: WorkflowContext[Services]) -> int:
    async def inner() -> int:
        return await ctx.workflow.do("inner", lambda: 1)

    return await twice(ctx, "do") + await inner()
