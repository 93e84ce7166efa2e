"""A helper that reads what changes."""

import itertools

from pikku import Services, WorkflowContext, workflow

NUMBERS = itertools.count()


def next_number() -> int:
    return next(NUMBERS)  # want: PKU808


@workflow(name="numbered")
async def numbered(ctx: WorkflowContext[Services]) -> int:
    return await ctx.workflow.do("number", lambda: 0) + next_number()
