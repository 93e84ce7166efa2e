"""A path that is only computed."""

from pathlib import Path, PurePath

from pikku import Services, WorkflowContext, workflow


@workflow(name="located")
async def located(ctx: WorkflowContext[Services], data: str) -> str:
    path = Path(data) / "a" / "b.txt"
    return str(path.parent.name) + path.suffix + PurePath(data).stem + str(path.with_suffix(".md"))
