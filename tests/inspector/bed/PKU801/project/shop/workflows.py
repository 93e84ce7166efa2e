"""Uses the clock of another file, through a re-export."""

from pikku import Services, WorkflowContext, workflow

from shop import current_time


@workflow(name="timed")
async def timed(ctx: WorkflowContext[Services]) -> float:
    return current_time()
