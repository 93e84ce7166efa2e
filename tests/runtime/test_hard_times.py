"""A store that fails, a loop that is blocked, a memory that is full."""

import asyncio
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.servers import Servers

from pikku import Context, MemoryStore, Pikku, Services, WorkflowContext, WorkflowService, func, workflow_func
from pikku.app.adapters import store_from
from pikku.model.change import Change, Lease, Outcome, StepInserted
from pikku.model.errors import StoreUnavailableError, StrandedRunError
from pikku.model.ids import RunId
from pikku.model.pauses import FIRST_MS
from pikku.model.run import Run
from pikku.ports.store import Snapshot
from pikku.queues.store_queue import StoreQueue
from pikku.testing import VirtualClock

Body = WorkflowContext[Services]


def wired(body: Any) -> Pikku[Services]:
    app = Pikku()
    app.wire_workflow(name="hard", func=body)
    return app


class Failing(MemoryStore):
    """Fails the writes of these numbers: `-3` before the third is made, `3` after it."""

    def __init__(self, clock: VirtualClock, failures: set[int]) -> None:
        super().__init__(clock=clock)
        self._failures = failures
        self._writes = 0

    async def apply(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        self._writes += 1
        if -self._writes in self._failures:
            raise StoreUnavailableError("of the test", "no room")
        outcomes = await super().apply(changes)
        if self._writes in self._failures:
            raise StoreUnavailableError("of the test", "the answer was lost")
        return outcomes


async def test_a_run_outlives_writes_that_fail_whether_they_were_made_or_not() -> None:
    executed: list[str] = []

    @workflow_func
    async def hard(ctx: Body) -> list[str]:
        for name in "abc":
            try:
                await ctx.workflow.do(name, partial(executed.append, name))
            except Exception:  # noqa: BLE001
                raise AssertionError("a store that fails is no error of the body") from None
        return executed

    clock = VirtualClock()
    async with wired(hard).connect(Failing(clock, {-2, -4, 6, -8, 9}), clock=clock) as pikku:
        assert await clock.run(pikku.run(hard)) == ["a", "a", "a", "b", "c", "c"]


async def test_what_went_wrong_long_ago_makes_nobody_wait_longer() -> None:
    naps = 8

    @workflow_func
    async def hard(ctx: Body) -> None:
        for _ in range(naps):
            await ctx.workflow.sleep("30s")

    clock = VirtualClock()
    began = clock.now()
    # Each sleep is written when it begins and when it ends, and its end twice, because the first time fails.
    store = Failing(clock, {-(3 * nap) for nap in range(1, naps + 1)})
    async with wired(hard).connect(store, clock=clock) as pikku:
        await clock.run(pikku.run(hard))
    assert clock.now() - began < naps * (30_000 + 2 * FIRST_MS)


@pytest.mark.parametrize(("hand_off", "failures"), [(True, {-2, -3, -4}), (False, {-3, -4, -5})])
async def test_what_a_remote_step_has_returned_is_kept_until_the_store_answers_again(
    hand_off: bool, failures: set[int]
) -> None:
    executed: list[str] = []

    @func
    async def once(ctx: Context[Services]) -> str:
        executed.append("once")
        return "done"

    @workflow_func
    async def hard(ctx: Body) -> str:
        return await ctx.workflow.do("once", once)

    app, clock = wired(hard), VirtualClock()
    app.add_functions(once)
    service = WorkflowService(Failing(clock, failures), StoreQueue(), hand_off=hand_off)
    async with app.connect(service, clock=clock, work=True) as pikku:
        assert await clock.run(pikku.run(hard)) == "done"
    assert executed == ["once"]


async def test_draining_ends_in_time_even_if_the_store_does_not_answer_any_more(
    caplog: pytest.LogCaptureFixture,
) -> None:
    began, gate = asyncio.Event(), asyncio.Event()

    @func
    async def once(ctx: Context[Services]) -> None:
        began.set()
        await gate.wait()

    @workflow_func
    async def hard(ctx: Body) -> None:
        await ctx.workflow.do("once", once)

    app, clock = wired(hard), VirtualClock()
    app.add_functions(once)
    failures: set[int] = set()
    service = WorkflowService(Failing(clock, failures), StoreQueue(), hand_off=False)
    async with app.connect(service, clock=clock, work=True) as pikku:
        await pikku.start(hard)
        await began.wait()
        failures.update(range(-100, 0))
        gate.set()
        await clock.run(pikku.drain("1s"))
        assert pikku.left_behind == 2
    assert "could not hand back step 'once' of run" in caplog.text


async def test_a_step_that_takes_long_is_shown_as_running_even_if_it_ends_while_that_is_written() -> None:
    writing, gate, executed = asyncio.Event(), asyncio.Event(), []

    class Slow(MemoryStore):
        async def apply(self, changes: Sequence[Change]) -> Sequence[Outcome]:
            outcomes = await super().apply(changes)
            if any(isinstance(change, StepInserted) for change in changes):
                writing.set()
                await gate.wait()
            return outcomes

    clock = VirtualClock()
    store = Slow(clock=clock)

    async def long() -> str:
        executed.append("long")
        await clock.advance("1s")
        await writing.wait()
        asyncio.get_running_loop().call_later(0.02, gate.set)  # when the attempt is over
        return "done"

    @workflow_func
    async def hard(ctx: Body) -> str:
        return await ctx.workflow.do("long", long)

    async with wired(hard).connect(store, clock=clock) as pikku:
        handle = await pikku.start(hard)
        await writing.wait()
        run = await pikku.workflow_service.get_run(handle.run_id)
        [attempt] = await pikku.workflow_service.get_run_history(handle.run_id)
        assert await clock.run(handle.result()) == "done"
    assert run is not None
    assert run.waiting_on == ("long",)
    assert attempt.status == "running"
    assert executed == ["long"]


async def test_a_run_that_is_cancelled_while_it_is_read_again_does_not_go_on() -> None:
    reading, gate, executed = asyncio.Event(), asyncio.Event(), []

    class Slow(MemoryStore):
        async def load(
            self, run_ids: Sequence[RunId], only: Mapping[RunId, Collection[str]] | None = None
        ) -> Sequence[Snapshot]:
            snapshots = await super().load(run_ids, only)
            reading.set()
            await gate.wait()
            return snapshots

    @workflow_func
    async def hard(ctx: Body) -> None:
        await ctx.workflow.sleep("1d")
        executed.append("after the sleep")
        await ctx.workflow.sleep("30s")

    clock = VirtualClock()
    async with wired(hard).connect(Slow(clock=clock), clock=clock) as pikku:
        handle = await pikku.start(hard)
        await clock.run(reading.wait())
        await pikku.cancel_run(handle.run_id)
        gate.set()
    assert executed == []


async def test_a_run_that_is_cancelled_while_a_forgotten_step_keeps_it_from_ending_is_stopped() -> None:
    began, stopped = asyncio.Event(), asyncio.Event()

    async def endless() -> None:
        began.set()
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            stopped.set()

    @workflow_func
    async def hard(ctx: Body) -> None:
        forgotten = asyncio.create_task(ctx.workflow.do("endless", endless))
        forgotten.add_done_callback(lambda task: task.cancelled() or task.exception())
        await began.wait()

    async with wired(hard).connect("memory://") as pikku:
        handle = await pikku.start(hard)
        await began.wait()
        await asyncio.sleep(0)
        await pikku.cancel_run(handle.run_id)
        await stopped.wait()


async def test_who_waits_for_a_run_that_cannot_go_on_here_hears_that(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(MemoryStore):
        async def load(
            self, run_ids: Sequence[RunId], only: Mapping[RunId, Collection[str]] | None = None
        ) -> Sequence[Snapshot]:
            raise TypeError("a bug in a store")

    @workflow_func
    async def hard(ctx: Body) -> None:
        await ctx.workflow.sleep("1d")

    clock = VirtualClock()
    async with wired(hard).connect(Broken(clock=clock), clock=clock) as pikku:
        handle = await pikku.start(hard)
        with pytest.raises(StrandedRunError, match=r"cannot go on in this process: TypeError: a bug in a store"):
            await clock.run(handle.result())
    assert "its lease will run out" in caplog.text


@pytest.mark.parametrize("scheme", ["sqlite", "postgresql", "redis"])
async def test_a_step_that_blocks_the_event_loop_longer_than_the_lease_loses_nothing(
    scheme: str, tmp_path: Path, servers: Servers
) -> None:
    url = f"sqlite:///{tmp_path}/state.db" if scheme == "sqlite" else servers.store_on(scheme, "blocked_loop")
    ended = threading.Event()
    executed: list[str] = []

    def block() -> str:
        executed.append("block")
        time.sleep(2)
        return "done"

    @workflow_func
    async def hard(ctx: Body) -> str:
        return await ctx.workflow.do("block", block)

    async with wired(hard).connect(WorkflowService(store_from(url), lease="500ms")) as pikku:
        handle = await pikku.start(hard)
        thief = asyncio.get_running_loop().run_in_executor(None, partial(asyncio.run, _steal(url, ended)))
        try:
            assert await handle.result() == "done"
        finally:
            ended.set()
        tries, stolen = await thief
        run = await pikku.workflow_service.get_run(handle.run_id)
    assert stolen == []
    assert tries > 5
    assert executed == ["block"]
    assert run is not None
    assert run.epoch == 1


async def _steal(url: str, ended: threading.Event) -> tuple[int, list[Run]]:
    """Claim all the time, on a loop that nobody blocks: how often, and what came of it."""
    tries, stolen = 0, list[Run]()
    async with WorkflowService(store_from(url)) as service:
        while not ended.is_set():
            stolen += await service.store.claim_runs(Lease("thief", 60_000), ["hard"], 10)
            tries += 1
            await asyncio.sleep(0.02)  # a claim that holds the store's lock all the time would be another test
    return tries, stolen


async def test_of_more_waiting_bodies_than_allowed_the_longest_parked_are_dropped_and_all_come_back() -> None:
    lives: list[int] = []

    @workflow_func
    async def hard(ctx: Body, data: int) -> int:
        lives.append(data)
        await ctx.workflow.sleep("30s")
        return data

    clock = VirtualClock()
    store = MemoryStore(clock=clock)
    service = WorkflowService(store, resident_bodies=3)
    async with wired(hard).connect(service, clock=clock) as pikku:
        handles = [await pikku.start(hard, number) for number in range(8)]
        await clock.sleeping(8)
        assert await clock.run(asyncio.gather(*(handle.result() for handle in handles))) == list(range(8))
    assert sorted(lives) == sorted([*range(8), *range(5)])
