"""Temporary and copied files."""

import shutil
import tempfile

from pikku import Services, WorkflowContext, workflow


@workflow(name="copied")
async def copied(ctx: WorkflowContext[Services], data: str) -> None:
    with tempfile.TemporaryDirectory() as folder:  # want: PKU806
        shutil.copy(data, folder)  # want: PKU806
