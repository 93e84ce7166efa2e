"""Opening, reading and asking."""

import os
from pathlib import Path

from pikku import Services, WorkflowContext, workflow


@workflow(name="imported")
async def imported(ctx: WorkflowContext[Services], data: str) -> str:
    with open(data) as file:  # want: PKU806
        text = file.read()
    if os.path.exists(data):  # want: PKU806
        text += Path(data).read_text()  # want: PKU806
    return await ctx.workflow.do("import", lambda: text)
