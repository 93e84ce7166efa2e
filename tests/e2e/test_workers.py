"""Remote mode: who executes what, and what becomes of it when a worker is stopped, stuck or dead."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from typing import Any, NoReturn

import pytest
from tests.e2e.system import PATIENCE, REMOTE, System, each_of

from pikku import Client, Context, Pikku, RunCancelledError, WorkflowContext, func, workflow_func
from pikku.model.errors import RemoteWithoutQueueError, UnknownQueueError
from pikku.ports.store import RunQuery
from pikku.runtime.work import Work

pytestmark = pytest.mark.parametrize("system", each_of(REMOTE), indirect=True)

Body = WorkflowContext[str]
Context_ = Context[str]
"""The services of these applications are the name of the process."""


@func
async def where(ctx: Context_) -> str:
    return ctx.services


@func
async def where_else(ctx: Context_) -> str:
    return ctx.services


@workflow_func
async def places(ctx: Body) -> list[str]:
    remote = await asyncio.gather(
        ctx.workflow.do("where", where),
        ctx.workflow.do("where else", where_else),
    )
    return [await ctx.workflow.do("body", lambda: ctx.services), *remote]


def process(name: str, workflow: Any, *functions: Any, **wiring: Any) -> Pikku[str]:
    """The application as it is in the process of this name."""
    app = Pikku(services=lambda: name)
    app.add_functions(*functions)
    app.wire_workflow(name="job", func=workflow, **wiring)
    return app


def in_place(name: str, **wiring: Any) -> Pikku[str]:
    return process(name, places, where, where_else, **wiring)


async def result_of(client: Client[Any]) -> Any:
    handle = await client.start("job")
    async with asyncio.timeout(PATIENCE):
        return await handle.result()


async def until(done: Callable[[], Any]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await done():  # noqa: ASYNC110  what is awaited is in the store
            await asyncio.sleep(0.001)


async def attempts_of(system: System, run_id: Any) -> Sequence[tuple[int, str, str | None]]:
    history = await system.store.history(run_id)
    return [(each.attempt_count, each.status.value, each.error.code if each.error else None) for each in history]


class Endless:
    """A function that is stuck in its first execution, and a workflow that calls it."""

    def __init__(self) -> None:
        self.began, self.ended, self.gate = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.executed: list[tuple[str, int]] = []

        @func
        async def endless(ctx: Context_) -> str:
            assert ctx.step is not None
            self.executed.append((ctx.services, ctx.step.attempt_count))
            if len(self.executed) == 1:
                self.began.set()
                try:
                    await self.gate.wait()
                finally:
                    self.ended.set()
            return ctx.services

        @workflow_func
        async def job(ctx: Body) -> str:
            return await ctx.workflow.do("endless", endless)

        self._parts = (job, endless)

    def at(self, name: str) -> Pikku[str]:
        return process(name, *self._parts)


class Unrenewed:
    """A store that does not answer those who want to renew their leases."""

    def __init__(self, store: Any) -> None:
        self._store = store

    def __getattr__(self, verb: str) -> Any:
        return getattr(self._store, verb)

    def renew(self, lease: Any, held: Any) -> NoReturn:
        raise ConnectionError("no answer")


async def test_what_a_client_starts_is_executed_by_a_worker(system: System) -> None:
    async with system.connect(in_place("client"), work=False) as client, system.connect(in_place("worker")):
        assert await result_of(client) == ["worker", "worker", "worker"]


async def test_bodies_and_steps_may_have_workers_of_their_own(system: System) -> None:
    async with (
        system.connect(in_place("client"), work=False) as client,
        system.connect(in_place("orchestrator"), work=Work(steps=False)),
        system.connect(in_place("steps"), work=Work(orchestrate=False)),
    ):
        assert await result_of(client) == ["orchestrator", "steps", "steps"]


async def test_an_inline_workflow_runs_where_it_is_started_although_there_is_a_queue(system: System) -> None:
    def inline(name: str) -> Pikku[str]:
        return in_place(name, execution_mode="inline")

    async with system.connect(inline("client"), work=False) as client, system.connect(inline("worker")):
        assert await result_of(client) == ["client", "client", "client"]


async def test_a_remote_workflow_needs_a_queue(system: System) -> None:
    app = in_place("client", execution_mode="remote")
    with pytest.raises(RemoteWithoutQueueError, match="give WorkflowService a queue, or leave execution_mode out"):
        async with app.connect(system.service().store, queue="none"):
            pass


async def test_a_worker_of_some_queues_executes_only_what_is_in_them(system: System) -> None:
    async def enter(name: str, *queues: str) -> Client[str]:
        work = Work(queues=queues) if queues else False
        service = system.service(single_queue=False)
        return await processes.enter_async_context(in_place(name).connect(service, clock=system.clock, work=work))

    async with AsyncExitStack() as processes:
        client = await enter("client")
        await enter("orchestrator", "workflow-job-orchestrator")
        await enter("here", "workflow-job-where")
        await enter("there", "workflow-job-where_else")
        assert await result_of(client) == ["orchestrator", "here", "there"]


async def test_a_queue_that_does_not_exist_is_refused_with_those_that_do(system: System) -> None:
    service = system.service(single_queue=False)
    with pytest.raises(UnknownQueueError, match=r"'workflow-job-nowhere'; did you mean .*'workflow-job-where'"):
        async with in_place("worker").connect(service, work=Work(queues=("workflow-job-nowhere",))):
            pass


async def test_a_step_waits_for_a_worker_that_has_its_function(system: System) -> None:
    async with (
        system.connect(in_place("orchestrator"), work=Work(steps=False)) as client,
        system.connect(process("old", places, where), work=Work(orchestrate=False)),
    ):
        handle = await client.start("job")

        async def half_done() -> bool:
            [snapshot] = await system.store.load([handle.run_id])
            return "where" in snapshot.steps and snapshot.steps["where"].status.final

        await until(half_done)
        assert (await system.store.list_runs(RunQuery()))[0].waiting_on == ("where else",)
        async with system.connect(in_place("new"), work=Work(orchestrate=False)), asyncio.timeout(PATIENCE):
            assert await handle.result() == ["orchestrator", "old", "new"]


async def test_a_step_that_a_worker_executes_is_cancelled_with_its_run(system: System) -> None:
    endless = Endless()
    async with system.connect(endless.at("client"), work=False) as client, system.connect(endless.at("worker")):
        handle = await client.start("job")
        async with asyncio.timeout(PATIENCE):
            await endless.began.wait()
            await system.clock.advance("1s")
            await client.cancel_run(handle.run_id, reason="enough")
            await endless.ended.wait()
            with pytest.raises(RunCancelledError, match="enough"):
                await handle.result()
    assert await attempts_of(system, handle.run_id) == [(1, "failed", "RUN_ENDED")]
    assert endless.executed == [("worker", 1)]


async def test_a_worker_that_has_lost_its_step_writes_nothing(system: System) -> None:
    endless = Endless()
    unrenewed = system.over(Unrenewed(system.store))
    async with (
        system.connect(endless.at("orchestrator"), work=Work(steps=False)) as client,
        # With room for one step it does not take over its own.
        unrenewed.connect(endless.at("late"), work=Work(orchestrate=False, concurrency=1)),
    ):
        handle = await client.start("job")
        async with asyncio.timeout(PATIENCE):
            await endless.began.wait()
            async with system.connect(endless.at("next"), work=Work(orchestrate=False)):
                await system.clock.advance("31s")
                assert await handle.result() == "next"
            before = await attempts_of(system, handle.run_id)
            endless.gate.set()
            await endless.ended.wait()
    assert await attempts_of(system, handle.run_id) == before == [(1, "failed", "ATTEMPT_LOST"), (2, "succeeded", None)]
    assert endless.executed == [("late", 1), ("next", 2)]


async def test_what_does_not_end_while_a_worker_drains_is_executed_by_the_next_one(system: System) -> None:
    endless = Endless()
    async with system.connect(endless.at("client"), work=False) as client:
        handle = await client.start("job")
        async with system.connect(endless.at("leaving")) as leaving, asyncio.timeout(PATIENCE):
            await endless.began.wait()
            draining = asyncio.create_task(leaving.drain(within="1s"))
            await system.clock.advance("2s")
            await draining
            assert endless.ended.is_set()
        async with system.connect(endless.at("coming")), asyncio.timeout(PATIENCE):
            assert await handle.result() == "coming"
    assert await attempts_of(system, handle.run_id) == [(1, "failed", "ATTEMPT_LOST"), (2, "succeeded", None)]
    assert endless.executed == [("leaving", 1), ("coming", 2)]


async def test_the_delay_before_a_retry_survives_the_worker(system: System) -> None:
    executed: list[tuple[str, int]] = []

    @func
    async def flaky(ctx: Context_) -> str:
        assert ctx.step is not None
        executed.append((ctx.services, ctx.step.attempt_count))
        if ctx.step.attempt_count == 1:
            raise ConnectionError("at first")
        return ctx.services

    @workflow_func
    async def patient(ctx: Body) -> str:
        return await ctx.workflow.do("flaky", flaky, retries=1, retry_delay="1h")

    async with system.connect(process("client", patient, flaky), work=False) as client:
        handle = await client.start("job")

        async def due_in() -> int | None:
            [snapshot] = await system.store.load([handle.run_id])
            step = snapshot.steps.get("flaky")
            return step.due_ms - snapshot.now if step and step.attempt_count == 2 and step.due_ms else None

        async with system.connect(process("doomed", patient, flaky)) as doomed:
            await until(due_in)
            assert await due_in() == 3_600_000
            await doomed.abandon()
        async with system.connect(process("next", patient, flaky)), asyncio.timeout(PATIENCE):
            await system.clock.advance("59min")
            assert executed == [("doomed", 1)]
            await system.clock.advance("1min")
            assert await handle.result() == "next"
    assert executed == [("doomed", 1), ("next", 2)]


async def test_a_worker_executes_no_more_steps_at_once_than_it_should(system: System) -> None:
    began: asyncio.Queue[None] = asyncio.Queue()
    places_free = asyncio.Semaphore(0)
    executing: set[str] = set()
    most: list[int] = []

    @func
    async def crowded(ctx: Context_) -> None:
        assert ctx.step is not None
        executing.add(ctx.step.key)
        most.append(len(executing))
        await began.put(None)
        await places_free.acquire()
        executing.discard(ctx.step.key)

    @workflow_func
    async def crowd(ctx: Body) -> int:
        return len(await asyncio.gather(*(ctx.workflow.do("crowded", crowded) for _ in range(6))))

    app = process("worker", crowd, crowded)
    async with system.connect(app, work=Work(concurrency=2)) as worker, asyncio.timeout(PATIENCE):
        handle = await worker.start("job")
        for _ in range(3):
            await began.get()
            await began.get()
            await system.clock.advance("1s")
            assert len(executing) == 2
            places_free.release()
            places_free.release()
        assert await handle.result() == 6
    assert max(most) == 2


async def test_a_worker_with_room_for_one_run_finishes_many(system: System) -> None:
    async with (
        system.connect(in_place("client"), work=False) as client,
        system.connect(in_place("worker"), work=Work(runs=1)),
        asyncio.timeout(PATIENCE),
    ):
        handles = [await client.start("job") for _ in range(5)]
        assert [await handle.result() for handle in handles] == [["worker"] * 3] * 5
