"""The application that is measured: functions that do nothing, so that all the time is ours."""

from typing import Any

from pikku import Context, Pikku, Services, WorkflowContext, WorkflowService, func, workflow_func
from pikku.app.adapters import queue_from, store_from

INLINE_STEPS, RPC_STEPS = 20, 10


@func
async def echo(ctx: Context[Services], data: int) -> int:
    return data


@workflow_func
async def one_step(ctx: WorkflowContext[Services], data: int) -> int:
    return await ctx.workflow.do("echo", echo, data)


@workflow_func
async def ten_steps(ctx: WorkflowContext[Services], data: int) -> int:
    return sum([await ctx.workflow.do("echo", echo, data) for _ in range(RPC_STEPS)])


@workflow_func
async def twenty_inline_steps(ctx: WorkflowContext[Services], data: int) -> int:
    return sum([await ctx.workflow.do("echo", lambda: data) for _ in range(INLINE_STEPS)])


@workflow_func
async def sleeper(ctx: WorkflowContext[Services], data: int) -> int:
    await ctx.workflow.sleep("long", "30d")
    return data


app = Pikku()
app.add_functions(echo)
for workflow in one_step, ten_steps, twenty_inline_steps, sleeper:
    app.wire_workflow(name=workflow.__name__, func=workflow)


def service_at(url: str, queue: str) -> Any:
    """The state of one trial, in a database or under a prefix of its own."""
    return WorkflowService(store_from(url), queue_from(f"bullmq:{url}" if queue == "bullmq" else queue))
