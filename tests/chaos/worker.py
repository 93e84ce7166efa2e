"""A worker of the application under test: executes what is due until it is killed, or told to end by SIGTERM.

It says so when it has begun.

Usage: python -m tests.chaos.worker STORE_URL NOTES_FILE QUEUE stays|queued
"""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from tests.processes.notes import note

from pikku import Context, Pikku, Services, WorkflowContext, WorkflowService, func, workflow_func
from pikku.app.adapters import queue_from, store_from

LEASE_MS = 1_000


class Declined(Exception):
    """What the first attempt raises."""


@func
async def work(ctx: Context[Services], data: int) -> int:
    note(ctx)
    await asyncio.sleep(0.15)
    return data + 1


@func
async def charge(ctx: Context[Services], data: int) -> int:
    note(ctx)
    await asyncio.sleep(0.15)
    if ctx.step is not None and ctx.step.attempt_count == 1:
        raise Declined("the first attempt always fails")
    return 2 * data


@func
async def hang(ctx: Context[Services]) -> int:
    note(ctx)
    assert ctx.step is not None
    if ctx.step.attempt_count == 1:
        await asyncio.get_running_loop().create_future()
    return ctx.step.attempt_count


@workflow_func
async def order(ctx: WorkflowContext[Services], data: int) -> list[int]:
    async def inline_work() -> int:
        name = note(ctx)
        await asyncio.sleep(0.15)
        return len(name)

    reserved = await ctx.workflow.do("reserve", work, data)
    inline = await ctx.workflow.do("inline", inline_work)
    await ctx.workflow.sleep("pause", "200ms")
    charged = await ctx.workflow.do("charge", charge, reserved, retries=1, retry_delay="100ms")
    parts = await asyncio.gather(*(ctx.workflow.do("part", work, data + number) for number in range(3)))
    return [reserved, inline, charged, *parts]


STEPS_OF_AN_ORDER = 7
EXECUTED_STEPS_OF_AN_ORDER = 6


def outcome_of_order(data: int) -> list[int]:
    """What an order has to return."""
    return [data + 1, len("inline"), 2 * (data + 1), data + 1, data + 2, data + 3]


@workflow_func
async def hang_in_a_worker(ctx: WorkflowContext[Services]) -> int:
    return await ctx.workflow.do("hang", hang)


@workflow_func
async def hang_in_the_body(ctx: WorkflowContext[Services]) -> int:
    return await ctx.workflow.do("hang", lambda: hang(ctx))


WORKFLOWS: dict[str, Callable[..., Awaitable[Any]]] = {
    "order": order,
    "hang_in_a_worker": hang_in_a_worker,
    "hang_in_the_body": hang_in_the_body,
}

app = Pikku()
app.add_functions(work, charge, hang)
for name, workflow in WORKFLOWS.items():
    app.wire_workflow(name=name, func=workflow)


def service_at(url: str, queue: str = "store", *, hand_off: bool = True) -> WorkflowService:
    """How all processes of these tests see the state."""
    return WorkflowService(store_from(url), queue_from(queue), lease=LEASE_MS, hand_off=hand_off)


async def main(url: str, queue: str, lone_steps: str) -> None:
    ended = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
    async with app.connect(service_at(url, queue, hand_off=lone_steps == "stays"), work=True) as pikku:
        sys.stdout.write("working\n")
        sys.stdout.flush()
        await ended.wait()
        await pikku.drain("10s")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], *sys.argv[3:]))
