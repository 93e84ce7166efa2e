"""A source with a constant seed draws the same every time."""

import random

from pikku import Services, WorkflowContext, workflow


@workflow(name="lottery")
async def lottery(ctx: WorkflowContext[Services], data: list[str]) -> str:
    source = random.Random(4)
    source.shuffle(data)
    own = random.Random(str(ctx.workflow.run_id))
    return own.choice(data)
