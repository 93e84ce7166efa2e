"""The application that is measured: functions that do nothing, so that all the time is ours."""

import asyncio
import inspect
from typing import Any

from pikku import Context, Pikku, Services, WorkflowContext, WorkflowService, func, workflow_func
from pikku.app.adapters import queue_from, store_from

HAND_OFF = "hand_off"
NEVER = 3_600


@func
async def echo(ctx: Context[Services], data: int) -> int:
    return data


@func
async def hang_at_first(ctx: Context[Services], data: int) -> int:
    """Its first attempt never ends by itself."""
    if ctx.step is not None and ctx.step.attempt_count == 1:
        await asyncio.sleep(NEVER)
    return data


@workflow_func
async def rpc_steps(ctx: WorkflowContext[Services], data: int) -> int:
    """So many, one after the other."""
    for _ in range(data):
        await ctx.workflow.do("echo", echo, data)
    return data


@workflow_func
async def rpc_fan_out(ctx: WorkflowContext[Services], data: int) -> int:
    """So many at once."""
    return len(await asyncio.gather(*(ctx.workflow.do("echo", echo, number) for number in range(data))))


@workflow_func
async def inline_steps(ctx: WorkflowContext[Services], data: int) -> int:
    """So many, one after the other."""
    for _ in range(data):
        await ctx.workflow.do("echo", lambda: data)
    return data


@workflow_func
async def inline_fan_out(ctx: WorkflowContext[Services], data: int) -> int:
    """So many at once."""
    return len(await asyncio.gather(*(ctx.workflow.do("echo", lambda: data) for _ in range(data))))


@workflow_func
async def sleeper(ctx: WorkflowContext[Services], data: int) -> int:
    await ctx.workflow.sleep("long", "30d")
    return data


@workflow_func
async def orphan(ctx: WorkflowContext[Services], data: int) -> int:
    """Its first owner never brings it to an end."""
    return await ctx.workflow.do("hang", hang_at_first, data)


app = Pikku()
app.add_functions(echo, hang_at_first)
for each in rpc_steps, rpc_fan_out, inline_steps, inline_fan_out, sleeper, orphan:
    app.wire_workflow(name=each.__name__, func=each)


def service_at(url: str, queue: str, **options: Any) -> WorkflowService:
    """The state of one trial, in a store of its own."""
    name = f"bullmq:{url}" if queue == "bullmq" else queue
    return WorkflowService(store_from(url), queue_from(name), **options)


def can_hand_off() -> bool:
    """Whether a lone remote step is executed by the worker that has the body, so that it can also be told not to."""
    return HAND_OFF in inspect.signature(WorkflowService).parameters
