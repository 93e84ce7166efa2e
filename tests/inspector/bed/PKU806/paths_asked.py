"""The same path, asked."""

from pathlib import Path

from pikku import Services, WorkflowContext, workflow


@workflow(name="located")
async def located(ctx: WorkflowContext[Services], data: Path) -> bool:
    path = data / "a" / "b.txt"
    path.parent.mkdir()  # want: PKU806
    folder = path.parent
    return data.exists() or (folder / "c").is_file()  # want: PKU806 PKU806
