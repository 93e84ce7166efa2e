"""Comments that ignore something, also at the ends of a statement."""

import time
import uuid

from pikku import Services, WorkflowContext, workflow


@workflow(name="timed")
async def timed(ctx: WorkflowContext[Services]) -> float:
    start = time.time() + uuid.uuid4().int  # pikku: ignore[PKU801, PKU803]
    ctx.logger.info(
        "took %s",
        time.time() - start,
    )  # pikku: ignore[PKU801]
    return max(  # pikku: ignore[PKU801]
        time.time(),
        start,
    )
