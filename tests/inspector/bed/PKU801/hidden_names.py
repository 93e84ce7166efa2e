"""What looks like the clock, but is something else."""

from pikku import Services, WorkflowContext, workflow


class Clock:
    def time(self) -> int:
        return 0


@workflow(name="fake")
async def fake(ctx: WorkflowContext[Services], data: Clock) -> int:
    time = data
    datetime = {"now": 1}
    return time.time() + datetime["now"]
