"""Middleware, logging, services, child runs, and what a function finds around it."""

import logging
import os
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import pytest
from tests.e2e.system import System
from tests.runtime import computing

from pikku import Context, Pikku, Services, WorkflowContext, WorkflowService, func, workflow_func

Body = WorkflowContext[Any]


async def test_middleware_wraps_functions_and_bodies_in_the_listed_order(system: System) -> None:
    trail: list[str] = []

    def tracing(name: str) -> Any:
        async def middleware(ctx: Any, data: Any, call_next: Callable[[Any, Any], Awaitable[Any]]) -> Any:
            trail.append(f"{name} in")
            result = await call_next(ctx, data + 1)
            trail.append(f"{name} out")
            return result

        return middleware

    @func(middleware=[tracing("first"), tracing("second")])
    def double(ctx: Context[Any], data: int) -> int:
        return data * 2

    @workflow_func
    async def body(ctx: Body, data: int) -> int:
        return await ctx.workflow.do("double", double, data)

    app = Pikku()
    app.add_functions(double)
    app.wire_workflow(name="traced", func=body, middleware=[tracing("workflow")])
    assert await system.run(app, "traced", 1) == 8
    function = ["first in", "second in", "second out", "first out"]
    assert [each for each in trail if not each.startswith("workflow")] == function
    # A body is wrapped in each of its lives: a replay goes in again, and only the last life comes out.
    lives = [each for each in trail if each.startswith("workflow")]
    assert lives == [*["workflow in"] * (len(lives) - 1), "workflow out"]
    assert (trail[0], trail[-1]) == ("workflow in", "workflow out")


async def test_a_body_logs_each_line_once_however_often_it_is_replayed(
    system: System, caplog: pytest.LogCaptureFixture
) -> None:
    @workflow_func
    async def talker(ctx: Body) -> None:
        ctx.logger.info("begin")
        for day in range(3):
            await ctx.workflow.do("work", partial(ctx.logger.info, "working on day %d", day))
            ctx.logger.info("end of day %d", day)
            await ctx.workflow.sleep("night", "1d")

    app = Pikku()
    app.wire_workflow(name="talker", func=talker)
    with caplog.at_level(logging.INFO, logger="pikku.workflow.talker"):
        await system.run(app, "talker")
    assert [record.getMessage() for record in caplog.records] == [
        "begin",
        *(line for day in range(3) for line in (f"working on day {day}", f"end of day {day}")),
    ]
    assert {record.__dict__["workflow"] for record in caplog.records} == {"talker"}
    assert caplog.records[1].__dict__["step_name"] == "work"
    assert caplog.records[1].__dict__["attempt_count"] == 1


async def test_plain_functions_run_in_a_thread_and_know_their_step(system: System) -> None:
    @func
    def where(ctx: Context[Any]) -> list[Any]:
        assert ctx.step is not None
        return [threading.current_thread() is threading.main_thread(), ctx.step.step_name]

    @workflow_func
    async def body(ctx: Body) -> list[Any]:
        return await ctx.workflow.do("look around", where)

    app = Pikku()
    app.add_functions(where)
    app.wire_workflow(name="threads", func=body)
    assert await system.run(app, "threads") == [False, "look around"]


async def test_functions_that_compute_run_in_another_process_and_know_their_step(system: System) -> None:
    @workflow_func
    async def body(ctx: Body) -> list[Any]:
        report = await ctx.workflow.do("compute", computing.report, date(2030, 1, 1))
        await ctx.workflow.sleep("night", "1d")
        return [report.day.year, report.process == os.getpid(), report.step, report.attempt]

    app = computing.new_app()
    app.wire_workflow(name="computes", func=body)
    assert await system.run(app, "computes") == [2031, False, "compute", 1]


@dataclass
class Shop:
    opened: list[str]

    async def close(self) -> None:
        self.opened.append("closed")


async def test_services_are_made_once_for_a_connection_and_closed_with_it(system: System) -> None:
    trail: list[str] = []

    async def make() -> Shop:
        trail.append("made")
        return Shop(trail)

    @asynccontextmanager
    async def around() -> AsyncIterator[Shop]:
        trail.append("entered")
        yield Shop([])
        trail.append("left")

    @workflow_func
    async def body(ctx: WorkflowContext[Shop]) -> None:
        await ctx.workflow.do("use", lambda: ctx.services.opened.append("used"))

    for services in (make, around):
        app: Pikku[Shop] = Pikku(services=services)
        app.wire_workflow(name="shop", func=body)
        await system.run(app, "shop")
    assert trail == ["made", "used", "closed", "entered", "left"]


async def test_a_step_that_is_tried_again_starts_its_child_runs_once(system: System) -> None:
    @workflow_func
    async def child(ctx: Body, data: int) -> int:
        return data

    async def children(ctx: Context[Any]) -> list[str]:
        assert ctx.step is not None
        ids = [await ctx.rpc.start_workflow("child", number) for number in range(2)]
        if ctx.step.attempt_count == 1:
            raise ConnectionError("after the children have been started")
        return ids

    @func
    async def spawn(ctx: Context[Services]) -> list[str]:
        return await children(ctx)

    @workflow_func
    async def parent(ctx: Body) -> list[str]:
        by_function = await ctx.workflow.do("spawn", spawn, retries=1)
        by_inline_step = await ctx.workflow.do("spawn inline", partial(children, ctx), retries=1)
        return by_function + by_inline_step

    app = Pikku()
    app.add_functions(spawn)
    app.wire_workflow(name="child", func=child)
    app.wire_workflow(name="parent", func=parent)
    async with system.connect(app) as pikku:
        ids = await system.result(pikku, "parent")
        assert [await system.leap((await pikku.handle(run_id)).result()) for run_id in ids] == [0, 1, 0, 1]
    assert len(set(ids)) == 4
    assert {run.run_id for run in await system.service().list_runs(workflow="child")} == set(ids)


async def test_functions_can_look_at_runs(system: System) -> None:
    @func
    async def status(ctx: Context[Services], data: str) -> str | None:
        run = await ctx.workflow_service.get_run(data)
        return None if run is None else run.status.value

    @workflow_func
    async def body(ctx: Body) -> Any:
        return [
            await ctx.workflow.do("own", status, ctx.workflow.run_id),
            await ctx.workflow.do("unknown", status, "00000000-0000-7000-8000-000000000000"),
        ]

    app = Pikku()
    app.add_functions(status)
    app.wire_workflow(name="looks", func=body)
    assert await system.run(app, "looks") == ["running", None]


async def test_services_may_bring_the_workflow_service_that_the_application_uses(system: System) -> None:
    class Own(Services):
        def __init__(self) -> None:
            self.workflow_service: WorkflowService | None = system.service()

    @workflow_func
    async def body(ctx: WorkflowContext[Own]) -> bool:
        return ctx.workflow_service is ctx.services.workflow_service

    app: Pikku[Own] = Pikku(services=Own)
    app.wire_workflow(name="own", func=body)
    async with app.connect(clock=system.clock, work=True) as pikku:
        assert await system.leap(pikku.run("own")) is True
    assert len(await system.service().list_runs()) == 1
