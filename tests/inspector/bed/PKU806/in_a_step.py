"""Files in steps."""

import json
from pathlib import Path

from pikku import Services, WorkflowContext, workflow


@workflow(name="imported")
async def imported(ctx: WorkflowContext[Services], data: str) -> int:
    rows = await ctx.workflow.do("read", lambda: json.loads(Path(data).read_text()))
    await ctx.workflow.do("remove", Path(data).unlink)
    return len(rows)
