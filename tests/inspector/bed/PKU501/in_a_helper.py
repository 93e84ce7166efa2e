"""A helper that forgets to wait, and one that leaves it to its caller."""

from collections.abc import Awaitable

from pikku import Services, WorkflowContext, workflow


async def careless(ctx: WorkflowContext[Services]) -> None:
    ctx.workflow.do("lost", lambda: 1)  # want: PKU501


def started(ctx: WorkflowContext[Services]) -> Awaitable[int]:
    return ctx.workflow.do("kept", lambda: 1)


@workflow(name="helped")
async def helped(ctx: WorkflowContext[Services]) -> int:
    await careless(ctx)
    return await started(ctx)
