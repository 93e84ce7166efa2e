"""The system's source cannot be seeded."""

import random

from pikku import Services, WorkflowContext, workflow


@workflow(name="lottery")
async def lottery(ctx: WorkflowContext[Services], data: list[str]) -> str:
    return random.SystemRandom().choice(data)  # want: PKU802
