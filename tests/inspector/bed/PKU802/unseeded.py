"""A source without a seed does not."""

import random

from pikku import Services, WorkflowContext, workflow


@workflow(name="lottery")
async def lottery(ctx: WorkflowContext[Services], data: list[str]) -> str:
    source = random.Random()  # want: PKU802
    nothing = random.Random(None)  # want: PKU802
    return source.choice(data) + nothing.choice(data)
