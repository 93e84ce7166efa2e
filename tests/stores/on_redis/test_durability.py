"""What is particular to the Redis store: what the server may forget, and what its replicas have."""

import asyncio
import logging
from collections.abc import Iterator
from functools import partial

import pytest
from tests.stores.on_redis.surroundings import PATIENCE, NewStore, says, until

from pikku import Pikku, Services, WorkflowContext, WorkflowService, workflow_func
from pikku.model.errors import StoreUnavailableError
from pikku.queues.store_queue import StoreQueue
from pikku.stores.redis import RedisStore
from pikku.stores.redis.durability import Settings, risks
from pikku.testing.contracts.scene import ANN, RUN, claimed, created, inserted, make, run_of, snapshot, woken
from pikku.testing.servers import RedisServer

SAFE = {"version": (7, 2), "appendonly": True, "appendfsync": "always", "eviction": "noeviction"}


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ({}, None),
        ({"appendonly": False}, "with appendonly off, a crash loses everything since the last snapshot"),
        ({"appendonly": False, "appendfsync": "everysec"}, "with appendonly off"),
        ({"appendfsync": "everysec"}, "with appendfsync everysec, a crash of the machine loses the last second"),
        ({"appendfsync": "no"}, "with appendfsync no, a crash of the machine loses the last half minute"),
        ({"eviction": "allkeys-lru"}, "with maxmemory-policy allkeys-lru, runs are deleted when memory is short"),
        ({"eviction": "volatile-ttl"}, "with maxmemory-policy volatile-ttl"),
        ({"appendonly": None, "appendfsync": None, "eviction": None, "version": None}, None),
        ({"appendfsync": None}, None),
    ],
)
def test_each_setting_has_its_risk(setting: dict[str, object], told: str | None) -> None:
    found = risks(Settings(**{**SAFE, **setting}))  # type: ignore[arg-type]
    assert len(found) == (told is not None)
    assert all((told or "") in each for each in found)


class TestOpening:
    async def test_a_server_that_forgets_nothing_is_opened_without_a_word(
        self, server: RedisServer, new_store: NewStore, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.WARNING, "pikku"):
            await new_store(server.url()).open()
        assert caplog.messages == []

    async def test_all_risks_are_told_in_one_line_without_the_password(
        self, server: RedisServer, new_store: NewStore, caplog: pytest.LogCaptureFixture
    ) -> None:
        says(server.url(), "CONFIG", "SET", "appendfsync", "everysec")
        says(server.url(), "CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
        says(server.url(), "CONFIG", "SET", "requirepass", "s3cret")
        with caplog.at_level(logging.WARNING, "pikku"):
            await new_store(server.tcp_url().replace("redis://", "redis://:s3cret@")).open()
        (line,) = caplog.messages
        assert "may forget what it has confirmed: with appendfsync everysec" in line
        assert "; with maxmemory-policy allkeys-lru" in line
        assert "s3cret" not in line
        assert "\n" not in line

    async def test_a_server_that_does_not_tell_its_settings_is_opened_without_a_guess(
        self, server: RedisServer, new_store: NewStore, caplog: pytest.LogCaptureFixture
    ) -> None:
        says(server.url(), "CONFIG", "SET", "appendfsync", "everysec")
        says(server.url(), "ACL", "SETUSER", "ann", "on", ">s3cret", "~*", "&*", "+@all", "-config", "-info")
        with caplog.at_level(logging.WARNING, "pikku"):
            await new_store(server.tcp_url().replace("redis://", "redis://ann:s3cret@")).open()
        assert caplog.messages == []


class TestReplicas:
    @pytest.fixture
    def replica(self, server: RedisServer) -> Iterator[RedisServer]:
        with RedisServer(replica_of=server, tcp=True) as replica:
            yield replica

    async def test_a_write_is_on_the_replica_when_it_is_confirmed(
        self, server: RedisServer, replica: RedisServer, new_store: NewStore
    ) -> None:
        store, there = new_store(server.url(), wait_replicas=1), new_store(replica.url())
        await store.open()
        await make(store, created())
        await there.open()
        for number in range(50):
            await make(store, woken())
            assert (await run_of(there)).wakes == number + 1
        assert await claimed(store, ANN) == [RUN]
        assert (await run_of(there)).epoch == 1

    async def test_a_replica_is_there_to_be_read(
        self, server: RedisServer, replica: RedisServer, new_store: NewStore
    ) -> None:
        store, there = new_store(server.url(), wait_replicas=1), new_store(replica.url())
        await store.open()
        await make(store, created(by=ANN), inserted("pay"))
        await there.open()
        assert (await snapshot(there)).steps == (await snapshot(store)).steps
        with pytest.raises(StoreUnavailableError, match="read only replica"):
            await there.apply([woken()])
        assert await claimed(there) == []
        says(replica.url(), "REPLICAOF", "NO", "ONE")
        await make(there, woken())
        assert (await run_of(there)).wakes == 1

    async def test_a_worker_at_a_replica_begins_when_that_is_the_master(
        self, server: RedisServer, replica: RedisServer, new_store: NewStore, caplog: pytest.LogCaptureFixture
    ) -> None:
        @workflow_func
        async def says_hello(ctx: WorkflowContext[Services]) -> str:
            return await ctx.workflow.do("say", lambda: "hello")

        app = Pikku()
        app.wire_workflow(name="says hello", func=says_hello)
        async with asyncio.timeout(3 * PATIENCE):
            async with app.connect(WorkflowService(new_store(server.url(), wait_replicas=1), StoreQueue())) as pikku:
                handle = await pikku.start(says_hello)
            there = WorkflowService(new_store(replica.url()), StoreQueue(), lease="1s")
            async with app.connect(there, work=True) as pikku:
                await until(partial(_is_logged, caplog, "read only replica"))
                says(replica.url(), "REPLICAOF", "NO", "ONE")
                assert await (await pikku.handle(handle.run_id)).result() == "hello"

    async def test_a_write_that_no_replica_confirms_may_have_been_made(
        self, server: RedisServer, replica: RedisServer, new_store: NewStore
    ) -> None:
        store = new_store(server.url(), wait_replicas=1, wait_timeout="50ms")
        await store.open()
        await make(store, created())
        with replica.frozen():
            for number in (1, 2):
                with pytest.raises(
                    StoreUnavailableError, match="0 of 1 replicas confirmed a write within 50 ms; it may have been made"
                ):
                    await store.apply([woken()])
                assert (await run_of(store)).wakes == number
        await until(partial(_is_confirmed, store))

    async def test_no_time_to_wait_is_not_all_the_time(
        self, server: RedisServer, replica: RedisServer, new_store: NewStore
    ) -> None:
        store = new_store(server.url(), wait_replicas=2, wait_timeout=0)
        with pytest.raises(StoreUnavailableError, match="of 2 replicas confirmed a write within 1 ms"):
            await _first_write(store)

    async def test_scripts_that_are_forgotten_are_given_anew(
        self, server: RedisServer, replica: RedisServer, new_store: NewStore
    ) -> None:
        store = new_store(server.url(), wait_replicas=1)
        await store.open()
        for _ in range(3):
            says(server.url(), "SCRIPT", "FLUSH")
            await store.apply([created(by=ANN), woken()])
        assert (await run_of(store)).wakes == 3

    @pytest.mark.parametrize("mode", ["inline", "remote"])
    async def test_a_run_ends_right_when_the_replica_is_back(
        self, server: RedisServer, replica: RedisServer, new_store: NewStore, mode: str
    ) -> None:
        executed: list[int] = []
        entered, frozen = asyncio.Event(), asyncio.Event()

        @workflow_func
        async def counts(ctx: WorkflowContext[Services], data: int) -> int:
            for turn in range(6):
                await ctx.workflow.do("step", partial(enter, turn))
            return len(set(executed))

        async def enter(turn: int) -> None:
            executed.append(turn)
            if turn == 3:
                entered.set()
                await frozen.wait()

        app = Pikku()
        app.wire_workflow(name="counts", func=counts)
        store = new_store(server.url(), wait_replicas=1, wait_timeout="100ms")
        service = WorkflowService(store, StoreQueue() if mode == "remote" else None, lease="1s")
        async with asyncio.timeout(3 * PATIENCE), app.connect(service, work=True) as pikku:
            handle = await pikku.start(counts, 1)
            await entered.wait()
            with replica.frozen():
                frozen.set()
                with pytest.raises(StoreUnavailableError, match="may have been made"):
                    await store.apply([woken(RUN), created()])
            assert await handle.result() == 6
            history = await pikku.workflow_service.get_run_history(handle.run_id)
        assert [each.status for each in history] == ["succeeded"] * 6


async def _is_confirmed(store: RedisStore) -> bool:
    try:
        await store.apply([woken()])
    except StoreUnavailableError:
        return False
    return True


async def _is_logged(caplog: pytest.LogCaptureFixture, text: str) -> bool:
    return text in caplog.text


async def _first_write(store: RedisStore) -> None:
    await store.open()
    await store.apply([created()])
