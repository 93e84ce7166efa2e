"""Group commit: what is waiting goes together, in order, and each hears its own outcome."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from pikku import MemoryStore
from pikku.model.change import Applied, Change, Outcome, Refusal, Refused, RunCreated
from pikku.model.errors import StoreError, StoreUnavailableError
from pikku.model.ids import RunId
from pikku.model.payload import Json
from pikku.ports.store import RunQuery
from pikku.queues.store_queue import StoreQueue
from pikku.runtime.chain import Chain
from pikku.runtime.committer import Committer
from pikku.runtime.store_time import StoreTime
from pikku.runtime.system import SystemClock


class Recording(MemoryStore):
    """Holds each write until the gate is open, and remembers how many changes came together."""

    def __init__(self) -> None:
        super().__init__()
        self.batches: list[list[str]] = []
        self.gate = asyncio.Event()
        self.error: Exception | None = None
        self.poison: str | None = None

    async def apply(self, changes: Sequence[Change]) -> Sequence[Outcome]:
        self.batches.append([change.run_id for change in changes])
        await self.gate.wait()
        error, self.error = self.error, None
        if error:
            raise error
        if self.poison in self.batches[-1]:
            raise UnicodeEncodeError("utf-8", "x", 0, 1, "surrogates not allowed")
        return await super().apply(changes)


def created(name: str) -> RunCreated:
    return RunCreated(run_id=RunId(name), workflow="w", input_json=Json("null"))


@pytest.fixture
async def store() -> Recording:
    store = Recording()
    await store.open()
    return store


@pytest.fixture
async def committer(store: Recording) -> Committer:
    queue = StoreQueue()
    await queue.open(store)
    return Committer(queue, StoreTime(SystemClock()))


async def test_while_one_batch_is_written_the_next_one_collects(store: Recording, committer: Committer) -> None:
    first = committer.commit(created("0"))
    await asyncio.sleep(0)
    rest = [committer.commit(created(str(number))) for number in range(1, 100)]
    store.gate.set()
    assert all(isinstance(outcome, Applied) for outcome in await asyncio.gather(first, *rest))
    assert store.batches == [["0"], [str(number) for number in range(1, 100)]]


async def test_each_hears_its_own_outcome(store: Recording, committer: Committer) -> None:
    store.gate.set()
    outcomes = await asyncio.gather(*(committer.commit(created(name)) for name in ("a", "b", "a")))
    assert [type(outcome) for outcome in outcomes] == [Applied, Applied, Refused]
    assert outcomes[2] == Refused(Refusal.EXISTS)


async def test_a_store_that_does_not_answer_is_told_to_all_of_the_batch_and_the_next_one_may_succeed(
    store: Recording, committer: Committer
) -> None:
    store.gate.set()
    store.error = StoreUnavailableError("of the test", "gone")
    gone = store.error
    heard: list[Any] = await asyncio.gather(*(committer.commit(created(name)) for name in "ab"), return_exceptions=True)
    assert heard == [gone, gone]
    assert isinstance(await committer.commit(created("a")), Applied)


async def test_a_change_that_cannot_be_written_fails_alone(store: Recording, committer: Committer) -> None:
    store.gate.set()
    store.poison = "b"
    heard: list[Any] = await asyncio.gather(
        committer.commit(created("a"), along=[created("with a")]),
        *(committer.commit(created(name)) for name in "bc"),
        return_exceptions=True,
    )
    assert [type(each) for each in heard] == [Applied, UnicodeEncodeError, Applied]
    assert store.batches == [["a", "with a", "b", "c"], ["a", "with a"], ["b"], ["c"]]


@pytest.mark.parametrize("is_away", [True, False])
async def test_of_a_chain_nothing_is_written_after_what_could_not_be(
    store: Recording, committer: Committer, *, is_away: bool
) -> None:
    chain = Chain()
    lost = committer.commit(created("lost"), chain=chain)
    beside = committer.commit(created("beside"))
    if is_away:
        store.error = StoreUnavailableError("of the test", "gone")
    else:
        store.poison = "lost"
    leans = [] if is_away else [committer.commit(created("in its batch"), chain=chain)]
    await asyncio.sleep(0)
    leans.append(committer.commit(created("behind it"), chain=chain))
    other = committer.commit(created("other"), chain=Chain())
    store.gate.set()
    with pytest.raises(StoreUnavailableError if is_away else UnicodeEncodeError):
        await lost
    assert isinstance(await other, Applied)
    await asyncio.gather(beside, return_exceptions=True)
    leans.append(committer.commit(created("later"), chain=chain))
    for each in leans:
        with pytest.raises(StoreError, match="what comes before it could not be written: "):
            await each
    assert {run.run_id for run in await store.list_runs(RunQuery())} == ({"other"} if is_away else {"beside", "other"})


async def test_a_waiter_that_is_gone_does_not_keep_the_others_from_hearing(
    store: Recording, committer: Committer
) -> None:
    gone, stays = committer.commit(created("a")), committer.commit(created("b"))
    gone.cancel()
    store.gate.set()
    assert isinstance(await stays, Applied)
    assert await store.get_run(RunId("a")) is not None


async def test_close_waits_for_what_is_being_written_and_is_safe_twice(store: Recording, committer: Committer) -> None:
    await committer.close()
    writing = committer.commit(created("a"))
    await asyncio.sleep(0)
    closing = asyncio.create_task(committer.close())
    store.gate.set()
    await closing
    assert writing.done()
    await committer.close()
