"""A helper that only steps call may look at the clock."""

from datetime import UTC, datetime

from pikku import Services, WorkflowContext, workflow


def stamp() -> str:
    return datetime.now(UTC).isoformat()


@workflow(name="labelled")
async def labelled(ctx: WorkflowContext[Services], data: str) -> str:
    def work() -> str:
        return f"{data} {stamp()}"

    return await ctx.workflow.do("print", work)
