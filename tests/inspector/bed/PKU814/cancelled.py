"""Catching the cancellation."""

import asyncio
from contextlib import suppress

from pikku import Services, WorkflowContext, workflow


@workflow(name="stubborn")
async def stubborn(ctx: WorkflowContext[Services]) -> None:
    try:
        await ctx.workflow.sleep("a while", "1h")
    except asyncio.CancelledError:  # want: PKU814
        pass
    try:
        await ctx.workflow.do("two", lambda: 2)
    except (ValueError, asyncio.CancelledError):  # want: PKU814
        pass
    with suppress(asyncio.CancelledError):  # want: PKU814
        await ctx.workflow.do("three", lambda: 3)
