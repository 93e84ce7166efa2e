"""What is particular to the Redis store: a server that cannot write for a while, forgets its scripts, or is started again."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from functools import partial

import pytest
from tests.stores.on_redis.counters import Counters, under_way
from tests.stores.on_redis.surroundings import PATIENCE, NewStore, dump_of, says, until, was_cut
from tests.stores.on_redis.trouble import TROUBLES, Trouble
from tests.stores.outage import is_outlived

from pikku import WorkflowService
from pikku.model.change import Held
from pikku.model.errors import StoreUnavailableError
from pikku.model.ids import RunId
from pikku.stores.redis import RedisStore
from pikku.testing.contracts.scene import (
    ANN,
    FUNCTION,
    RUN,
    WORKFLOW,
    created,
    inserted,
    make,
    moved,
    remote,
    run_of,
    scheduled,
    snapshot,
    woken,
)
from pikku.testing.servers import RedisServer

LARGE = 500_000


@pytest.fixture(params=TROUBLES, ids=lambda kind: kind.__name__)
async def trouble(request: pytest.FixtureRequest, server: RedisServer) -> Trouble:
    made: Trouble = request.param(server)
    return made


async def test_a_step_whose_write_fails_is_not_lost_and_the_run_goes_on_when_the_server_can_write(
    trouble: Trouble, new_store: NewStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = WorkflowService(new_store(trouble.server.url()), lease="60s")
    await is_outlived(trouble, service, "receipt", 3 * PATIENCE, monkeypatch)


async def test_of_what_cannot_be_written_nothing_is_there_and_what_was_there_can_be_read(
    trouble: Trouble, new_store: NewStore, redis_prefix: str
) -> None:
    url = trouble.server.url()
    store = new_store(url)
    await store.open()
    await make(store, created(by=ANN), remote("mail"), inserted("late", scheduled()), created(RunId("due")))
    before, seen = dump_of(url, redis_prefix), await snapshot(store)
    await trouble.begin()
    for write in (
        lambda: store.apply([moved("late"), woken(), created(RunId("new")), inserted("pay"), remote("large#1")]),
        lambda: store.apply([inserted(f"{n}", data_json=f'"{secrets.token_hex(LARGE)}"') for n in range(5)]),
        lambda: store.claim_runs(ANN, [WORKFLOW], 9),
        lambda: store.claim_steps(ANN, [FUNCTION], 9),
        lambda: asyncio.to_thread(store.renew, ANN, [Held(RUN, 1)]),
        new_store(url, prefix=f"{redis_prefix}-new").open,
    ):
        with pytest.raises(StoreUnavailableError) as told:
            await write()
        assert trouble.says in str(told.value)
        assert "\n" not in str(told.value)
    assert dump_of(url, redis_prefix) == before
    other = new_store(url)
    await other.open()
    assert (await snapshot(other)).steps == seen.steps
    await trouble.end()
    await make(store, moved("late"), woken(), created(RunId("new")), inserted("pay"))
    assert len(await other.claim_runs(ANN, [WORKFLOW], 9)) == 2


@pytest.fixture(params=["inline", "remote"])
async def counters(request: pytest.FixtureRequest, server: RedisServer, new_store: NewStore) -> AsyncIterator[Counters]:
    async with under_way(new_store(server.url()), remote=request.param == "remote") as counters:
        yield counters


async def test_runs_go_on_when_the_server_was_killed_and_started_again(counters: Counters, server: RedisServer) -> None:
    await asyncio.to_thread(server.restart, crash=True)
    counters.gate.open.set()
    await asyncio.to_thread(server.restart, crash=True)
    await counters.end_right()


async def test_runs_do_not_notice_that_scripts_are_forgotten(counters: Counters, server: RedisServer) -> None:
    counters.gate.open.set()
    ending = asyncio.create_task(counters.end_right())
    while not ending.done():
        says(server.url(), "SCRIPT", "FLUSH", "ASYNC")
        await asyncio.sleep(0)
    await ending


async def test_runs_go_on_when_connections_are_cut_again_and_again(counters: Counters, server: RedisServer) -> None:
    counters.gate.open.set()
    for kind in ("normal", "pubsub") * 5:
        await until(partial(was_cut, server.url(), kind))
    await counters.end_right()


async def test_scripts_that_are_forgotten_are_given_anew(lone_store: RedisStore, server: RedisServer) -> None:
    await make(lone_store, created(by=ANN))
    says(server.url(), "SCRIPT", "FLUSH")
    await make(lone_store, inserted("pay"))
    says(server.url(), "SCRIPT", "FLUSH")
    assert list(lone_store.renew(ANN, [Held(RUN, 1)])) == []
    says(server.url(), "SCRIPT", "FLUSH")
    assert (await run_of(lone_store)).epoch == 1


async def test_an_open_store_goes_on_after_a_restart(lone_store: RedisStore, server: RedisServer) -> None:
    await make(lone_store, created(by=ANN))
    await asyncio.to_thread(server.restart, crash=True)
    await make(lone_store, inserted("pay"))
    await asyncio.to_thread(server.restart)
    assert list(lone_store.renew(ANN, [Held(RUN, 1)])) == []
    with server.stopped():
        for ask in (lambda: lone_store.get_run(RUN), lambda: asyncio.to_thread(lone_store.renew, ANN, [Held(RUN, 1)])):
            with pytest.raises(StoreUnavailableError):
                await ask()
    assert (await run_of(lone_store)).epoch == 1
