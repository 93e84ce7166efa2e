"""A helper's code is executed in the body."""

from datetime import UTC, datetime

from pikku import Services, WorkflowContext, workflow


def stamp() -> str:
    return datetime.now(UTC).isoformat()  # want: PKU801


def label(text: str) -> str:
    return f"{text} {stamp()}"


@workflow(name="labelled")
async def labelled(ctx: WorkflowContext[Services], data: str) -> str:
    return await ctx.workflow.do("print", lambda: data) + label(data)
