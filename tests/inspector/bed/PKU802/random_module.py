"""Every function of the module random draws."""

import random
from random import choice

from pikku import Services, WorkflowContext, workflow


@workflow(name="lottery")
async def lottery(ctx: WorkflowContext[Services], data: list[str]) -> str:
    random.shuffle(data)  # want: PKU802
    if random.random() < 0.5:  # want: PKU802
        await ctx.workflow.do("tell", lambda: data[0])
    return choice(data)  # want: PKU802
