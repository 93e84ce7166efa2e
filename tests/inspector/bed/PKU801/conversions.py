"""Converting a time that is known does not look at the clock."""

import time
from datetime import datetime, timedelta

from pikku import Services, WorkflowContext, workflow


@workflow(name="converted")
async def converted(ctx: WorkflowContext[Services], data: float) -> str:
    parts = time.localtime(data)
    text = time.strftime("%Y", parts)
    due = datetime.fromtimestamp(data) + timedelta(days=1)
    return f"{text} {due} {datetime.fromisoformat('2026-01-01')}"
