"""News that come too late for a body, or are too old for it: nobody would come back for the run."""

import asyncio
from typing import Any, cast

import msgspec
import pytest

from pikku.model.change import Change, Outcome, Standing
from pikku.model.ids import RunId
from pikku.model.payload import Json
from pikku.model.queue_names import QueueNames
from pikku.model.step import StepCall, StepKind, StepStatus
from pikku.ports.queue import Message
from pikku.ports.store import Snapshot
from pikku.queues.store_queue import StoreQueue
from pikku.registry.codecs import ANYTHING, Codec
from pikku.runtime.assignment import Assignment
from pikku.runtime.body import Body, Surroundings
from pikku.runtime.calls import requested
from pikku.runtime.chain import Chain
from pikku.runtime.committer import Committer
from pikku.runtime.request import Request
from pikku.runtime.signals import BodyStopped, Why
from pikku.runtime.store_time import StoreTime
from pikku.runtime.tenure import Tenure
from pikku.stores.memory import MemoryStore
from pikku.testing.clock import VirtualClock
from pikku.testing.contracts.scene import (
    ANN,
    BOB,
    FUNCTION,
    RUN,
    WORKFLOW,
    created,
    ended,
    moved,
    released,
    remote,
    woken,
)

NOBODY_ELSE: Any = None
OFFERED = Standing(StepStatus.SCHEDULED, due_in=0)


def surroundings(clock: VirtualClock) -> Surroundings:
    return Surroundings(
        committer=NOBODY_ELSE,
        clock=clock,
        chance=NOBODY_ELSE,
        store_time=StoreTime(clock),
        late_bell=NOBODY_ELSE,
        settings=NOBODY_ELSE,
        queue_names=NOBODY_ELSE,
        seats=NOBODY_ELSE,
        on_parked=lambda body: None,
        on_dispatched=lambda: None,
        is_handing_back=lambda run: False,
        is_sure=lambda: True,
        make_sure=cast(Any, NOBODY_ELSE),
    )


class Waiting:
    """A body with calls that wait: for the step `mail` of a worker, and, where asked for, for time."""

    def __init__(self, store: MemoryStore, snapshot: Snapshot, clock: VirtualClock) -> None:
        self.store = store
        self.body = Body(snapshot, surroundings(clock))
        self._tasks: list[asyncio.Task[Any]] = []

    async def wait_for_mail(self) -> None:
        await self._call("mail", self.body.hear_of("mail"))

    async def wait_for_an_hour(self) -> None:
        await self._call("nap", self.body.wait("nap", 3_600_000))

    async def execute(self) -> None:
        await self._call("step", asyncio.Event().wait())

    async def mail_is_finished(self) -> Snapshot:
        await self.store.apply([moved("mail"), woken()])
        return await snapshot_of(self.store, RUN)

    async def stop(self, why: Why) -> None:
        self.body.stop(why)
        await asyncio.wait(self._tasks)

    async def _call(self, key: str, waiting: Any) -> None:
        async def call() -> None:
            self.body.opened(key)
            try:
                await waiting
            finally:
                self.body.closed(key)

        self._tasks.append(asyncio.create_task(call()))
        await asyncio.sleep(0)


async def snapshot_of(store: MemoryStore, run_id: RunId) -> Snapshot:
    [snapshot] = await store.load([run_id])
    return snapshot


@pytest.fixture
async def waiting() -> Waiting:
    clock = VirtualClock()
    store = MemoryStore(clock=clock)
    await store.open()
    await store.apply([created(by=ANN), remote("mail")])
    return Waiting(store, await snapshot_of(store, RUN), clock)


async def test_a_dropped_body_that_waits_for_a_worker_resumes_when_the_run_is_woken(waiting: Waiting) -> None:
    await waiting.wait_for_mail()
    await waiting.stop(Why.DROPPED)
    assert waiting.body.resumes_in is None


async def test_a_body_that_hears_of_its_step_only_when_it_is_dropped_resumes_at_once(waiting: Waiting) -> None:
    await waiting.wait_for_mail()
    news = await waiting.mail_is_finished()
    waiting.body.stop(Why.DROPPED)
    waiting.body.learn(news, ["mail"])
    await waiting.stop(Why.DROPPED)
    assert waiting.body.resumes_in == 0


async def test_a_body_that_is_released_before_it_has_taken_its_news_resumes_at_once(waiting: Waiting) -> None:
    await waiting.wait_for_an_hour()
    await waiting.wait_for_mail()
    news = await waiting.mail_is_finished()
    waiting.body.learn(news, ["mail"])
    await waiting.stop(Why.RELEASED)
    assert waiting.body.resumes_in == 0


async def test_a_body_that_is_released_while_it_executes_a_step_does_not_wait_for_a_sleep(waiting: Waiting) -> None:
    await waiting.wait_for_an_hour()
    await waiting.execute()
    await waiting.stop(Why.RELEASED)
    assert waiting.body.resumes_in == 0


async def test_a_body_whose_write_is_refused_is_stopped_and_takes_nothing_for_written(waiting: Waiting) -> None:
    store, body = waiting.store, waiting.body
    await store.apply([released(0)])
    await store.claim_runs(BOB, [WORKFLOW], 1)
    queue = StoreQueue()
    await queue.open(store)
    body.around = msgspec.structs.replace(body.around, committer=Committer(queue, body.around.store_time))
    request = requested(body, "pay", StepKind.INLINE, NOBODY_ELSE, ANYTHING, {})
    with pytest.raises(BodyStopped):
        await body.record(request, Standing(StepStatus.SUCCEEDED, result_json=Json("1")))
    assert (body.stopped, body.recorded("pay")) == (Why.LOST, None)


async def test_a_step_that_is_finished_before_its_dispatch_is_answered_stays_finished(waiting: Waiting) -> None:
    store = waiting.store

    class AnswersLate:
        async def commit(self, change: Change, message: Message | None = None, chain: Chain | None = None) -> Outcome:
            [outcome] = await store.apply([change])
            [claimed] = await store.claim_steps(BOB, ["charge"], 1)
            await store.apply([moved("bill", was=claimed.step.status), woken()])
            body.learn(await snapshot_of(store, RUN), ["mail", "bill"])
            return outcome

    around = msgspec.structs.replace(
        waiting.body.around, committer=cast(Any, AnswersLate()), queue_names=QueueNames(single=True)
    )
    body = Body(await snapshot_of(store, RUN), around)
    call = StepCall(key="bill", name="bill", kind=StepKind.RPC, position=0, rpc_name="charge", remote=True)
    moment = body.deliveries.called("bill")
    request = Request(call=call, call_moment=moment, result=Codec(Any), raises=(), work=NOBODY_ELSE, sleep_ms=0)
    await body.record(request, OFFERED)
    step = body.recorded("bill")
    assert step is not None
    assert step.status.final


async def test_news_from_before_a_run_was_claimed_again_does_not_end_the_new_tenure(waiting: Waiting) -> None:
    store = waiting.store
    old = await snapshot_of(store, RUN)
    await store.apply([released(0)])
    await store.claim_runs(BOB, [WORKFLOW], 1)
    tenure = Tenure(await snapshot_of(store, RUN), waiting.body.around, NOBODY_ELSE)
    tenure.take(old, ["mail"])
    assert tenure.body.stopped is None
    newer = await snapshot_of(store, RUN)
    tenure.take(msgspec.structs.replace(newer, run=msgspec.structs.replace(newer.run, epoch=3)), ["mail"])
    assert tenure.body.stopped is Why.LOST


async def test_an_execution_ends_with_its_run_but_not_by_news_from_before_it_was_claimed(waiting: Waiting) -> None:
    old = await snapshot_of(waiting.store, RUN)
    [claimed] = await waiting.store.claim_steps(ANN, [FUNCTION], 1)
    assignment = Assignment(claimed, 0)
    assignment.take(old, ["mail"])
    assert not assignment.dropped
    newer = msgspec.structs.replace(claimed.step, epoch=claimed.step.epoch + 1)
    assignment.take(msgspec.structs.replace(old, steps={"mail": newer}), ["mail"])
    assert assignment.dropped
    await waiting.store.apply([ended()])
    assignment = Assignment(claimed, 0)
    assignment.take(await snapshot_of(waiting.store, RUN), ["mail"])
    assert assignment.dropped
