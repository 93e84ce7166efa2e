"""A function that is called open, of the project."""

from pikku import Services, WorkflowContext, workflow


def open(what: str) -> str:
    return what.upper()


@workflow(name="opened")
async def opened(ctx: WorkflowContext[Services], data: str) -> str:
    return open(data)
