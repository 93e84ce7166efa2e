"""What the source does not tell."""

from typing import Any

import somewhere  # type: ignore[import-not-found]
from tests.inspector.samples.functions import charge

from pikku import Services, WorkflowContext, workflow


@workflow(name="unknown")
async def unknown(ctx: WorkflowContext[Services], data: Any) -> Any:
    await somewhere.charge(ctx, data)
    await data.helper(ctx.workflow)
    await data.ctx.workflow.do("of someone", charge, 1)
    await ctx.workflow.do(*data.call, **data.options)
    await ctx.workflow.do("which?", data.which, data)
    await ctx.workflow.sleep("how long?", data.pause)

    async def handler(event: object) -> None:
        await ctx.workflow.do("on event", charge, 2)

    async def forgotten() -> None:
        await ctx.workflow.do("forgotten", charge, 3)

    data.on_event(handler)
    choose = (lambda: ctx.workflow.do("this", charge, 4)) if data.this else (lambda: ctx.workflow.do("that", charge, 5))
    await choose()  # type: ignore[no-untyped-call]
    ctx.workflow.do("nobody waits", charge, 6)  # type: ignore[unused-coroutine]
    return f"{await ctx.workflow.do('in a text', charge, await ctx.workflow.do('before it', lambda: 7))}"
