"""A source of the module goes on from where other runs have left it, whatever its seed."""

import random

from pikku import Services, WorkflowContext, workflow

SOURCE = random.Random(4)


@workflow(name="lottery")
async def lottery(ctx: WorkflowContext[Services], data: list[str]) -> str:
    SOURCE.shuffle(data)  # want: PKU802
    return await ctx.workflow.do("draw", lambda: SOURCE.choice(data))
