"""What is particular to the Redis store: its connections, what becomes of a call that loses its own, and hints."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.stores.ears import Ears
from tests.stores.on_redis.proxy import Proxy
from tests.stores.on_redis.surroundings import (
    PATIENCE,
    NewStore,
    are_waiting,
    clients_of,
    no_writes,
    says,
    until,
    was_cut,
)

from pikku.model.change import Held
from pikku.model.errors import ClosedStoreError, StoreUnavailableError
from pikku.ports.store import RunQuery
from pikku.stores.redis import RedisStore
from pikku.stores.redis.address import address_of
from pikku.stores.redis.listening import hear_channel
from pikku.testing.contracts.scene import ANN, OTHER, RUN, WORKFLOW, claimed, created, make, run_id, run_of, woken
from pikku.testing.servers import RedisServer
from pikku.testing.servers.fixtures import new_redis_prefix


class TestLostConnections:
    async def test_a_write_whose_connection_is_cut_says_so_and_the_next_one_is_made(
        self, lone_store: RedisStore, server: RedisServer
    ) -> None:
        await make(lone_store, created())
        for write in (lambda: lone_store.apply([woken()]), lambda: claimed(lone_store, ANN)):
            with no_writes(server.url()):
                asked = asyncio.create_task(write())
                await until(lambda: are_waiting(server.url(), 1))
                assert await was_cut(server.url())
                with pytest.raises(StoreUnavailableError):
                    await asked
        assert (await run_of(lone_store)).wakes == 0
        await make(lone_store, woken())
        assert (await run_of(lone_store)).wakes == 1
        assert await claimed(lone_store, ANN) == [RUN]

    @pytest.mark.parametrize("wait_replicas", [0, 1])
    async def test_a_write_whose_answer_is_lost_is_not_made_twice(
        self, server: RedisServer, new_store: NewStore, lone_store: RedisStore, wait_replicas: int
    ) -> None:
        with RedisServer(replica_of=server):
            async with asyncio.timeout(PATIENCE), Proxy(server.tcp_url()) as proxy:
                store = new_store(proxy.url, wait_replicas=wait_replicas)
                await store.open()
                await make(store, created(), created(OTHER))
                held = [Held(RUN, 1)]
                for write in (
                    lambda: store.apply([woken()]),
                    lambda: store.claim_runs(ANN, [WORKFLOW], 1),
                    lambda: asyncio.to_thread(store.renew, ANN, held),
                ):
                    assert await store.claim_runs(ANN, ["nothing"], 1) == []  # the server knows the script now
                    await asyncio.to_thread(store.renew, ANN, held)
                    proxy.deaf = True
                    with pytest.raises(StoreUnavailableError):
                        await write()
                    proxy.deaf = False
                assert list(await asyncio.to_thread(store.renew, ANN, held)) == []
                await store.close()
        assert (await run_of(lone_store)).wakes == 1
        assert sorted(run.epoch for run in await lone_store.list_runs(RunQuery())) == [0, 1]

    async def test_a_call_that_was_cancelled_leaves_no_answer_to_the_next_one(
        self, server: RedisServer, new_store: NewStore
    ) -> None:
        store = new_store(server.url(), pool_size=1)
        await store.open()
        await make(store, created(), created(OTHER, workflow="other"))
        for turns in range(60):
            asked = asyncio.create_task(store.get_run(OTHER))
            for _ in range(turns):
                await asyncio.sleep(0)
            asked.cancel()
            assert (await run_of(store)).run_id == RUN
        with no_writes(server.url()):
            writes = [asyncio.create_task(store.apply([woken()])) for _ in range(5)]
            await until(lambda: are_waiting(server.url(), 1))
            for write in writes:
                write.cancel()
            await asyncio.wait(writes)
        async with asyncio.timeout(PATIENCE):
            assert (await run_of(store)).run_id == RUN

    async def test_a_store_that_is_closed_while_it_is_used_answers_or_says_so(
        self, server: RedisServer, new_store: NewStore
    ) -> None:
        store = new_store(server.url(), pool_size=2)
        await store.open()
        with no_writes(server.url()):
            writes = [asyncio.create_task(store.apply([created(run_id(number))])) for number in range(20)]
            await until(lambda: are_waiting(server.url(), 2))
            await store.close()
        made = await asyncio.gather(*writes, return_exceptions=True)
        assert [type(each) for each in made] == [list] * 2 + [ClosedStoreError] * 18
        await until(lambda: _connections_are(server.url(), 0))


class TestConnections:
    async def test_more_callers_than_connections_wait(self, server: RedisServer, new_store: NewStore) -> None:
        store = new_store(server.url(), pool_size=2)
        await store.open()
        async with asyncio.timeout(PATIENCE):
            writes = [asyncio.create_task(make(store, created(run_id(number), by=ANN))) for number in range(200)]
            held = [Held(run_id(number), 1) for number in range(200)]
            await asyncio.gather(*writes, asyncio.to_thread(store.renew, ANN, held))
        assert await _connections_are(server.url(), 2 + 1)
        assert len(await store.list_runs(RunQuery(limit=1_000))) == 200

    def test_a_store_may_be_opened_in_one_loop_after_the_other(self, redis_url: str, redis_prefix: str) -> None:
        store = RedisStore(redis_url, prefix=redis_prefix)

        async def use() -> int:
            await store.open()
            async with Ears(store) as ears:
                await ears.hear(lambda: store.apply([created(), woken()]), RUN)
            wakes = (await run_of(store)).wakes
            assert list(store.renew(ANN, [Held(RUN, 7)])) == [Held(RUN, 7)]
            await store.close()
            return wakes

        assert 1 <= asyncio.run(use()) < asyncio.run(use())

    async def test_leases_are_renewed_while_the_loop_is_blocked(self, store: RedisStore) -> None:
        await make(store, created(by=ANN))
        with ThreadPoolExecutor(4) as threads:
            asked = [threads.submit(store.renew, ANN, [Held(RUN, epoch)]) for epoch in range(20)]
            lost = [list(each.result(PATIENCE)) for each in asked]
        assert [epoch for epoch, each in enumerate(lost) if each == []] == [1]

    async def test_a_store_that_was_closed_is_opened_again(self, store: RedisStore) -> None:
        await store.close()
        await store.close()
        with pytest.raises(ClosedStoreError):
            await store.get_run(RUN)
        await store.open()
        await store.open()
        assert await store.get_run(RUN) is None


class TestHints:
    async def test_hints_go_on_when_their_connection_was_cut(self, lone_store: RedisStore, server: RedisServer) -> None:
        async with Ears(lone_store) as ears:
            await ears.hear(lambda: lone_store.apply([created(), woken()]), RUN)
            await until(lambda: was_cut(server.url(), "pubsub"))
            await ears.hear_once(frozenset())
            await ears.hear(lambda: lone_store.apply([woken()]), RUN)

    async def test_hints_go_on_after_somebody_has_published_what_is_no_text(
        self, lone_store: RedisStore, server: RedisServer
    ) -> None:
        async with Ears(lone_store) as ears:
            await make(lone_store, created())
            await ears.hear(lambda: make(lone_store, woken()), RUN)
            channel = lone_store._address.channel
            assert says(server.url(), "PUBLISH", channel, b"\xff") == 1
            await ears.hear(lambda: make(lone_store, woken()), RUN)

    async def test_hints_go_on_after_a_restart(self, lone_store: RedisStore, server: RedisServer) -> None:
        async with Ears(lone_store) as ears:
            await ears.hear(lambda: lone_store.apply([created(), woken()]), RUN)
            await asyncio.to_thread(server.restart, crash=True)
            await ears.hear_once(frozenset())
            await ears.hear(lambda: lone_store.apply([woken()]), RUN)

    async def test_other_prefixes_are_not_heard(self, store: RedisStore, new_store: NewStore) -> None:
        other = new_store(prefix=new_redis_prefix())
        await other.open()
        async with Ears(store) as ears:
            await ears.hear(lambda: store.apply([created(), woken()]), RUN)
            await make(other, created(OTHER))
            await make(store, woken())
            await ears.hear_once(frozenset({RUN}))
            assert OTHER not in ears.all_heard

    async def test_many_runs_are_hinted_at_together(self, store: RedisStore) -> None:
        many = [run_id(1_000 + number) for number in range(1_000)]
        async with Ears(store) as ears:
            await ears.hear(lambda: store.apply([created(), woken()]), RUN)
            await make(store, *map(created, many))
            await ears.hear_once(frozenset(many))

    async def test_a_server_that_says_nothing_any_more_is_noticed(self, server: RedisServer) -> None:
        heard = asyncio.Event()
        address = address_of(server.url(), "workflows")
        hearing = asyncio.create_task(hear_channel(address, lambda _: heard.set(), ping_seconds=0.05))
        async with asyncio.timeout(PATIENCE):
            await heard.wait()
            with server.frozen(), pytest.raises(StoreUnavailableError, match="no sign of life"):
                await hearing

    async def test_a_server_that_has_nothing_to_say_is_heard_on(self, server: RedisServer) -> None:
        told: asyncio.Queue[str] = asyncio.Queue()
        address = address_of(server.url(), "workflows")
        hearing = asyncio.create_task(hear_channel(address, told.put_nowait, ping_seconds=0.15))
        async with asyncio.timeout(PATIENCE):
            assert await told.get() == ""
            await until(lambda: _pings_are(server.url(), 3))
            says(server.url(), "PUBLISH", address.channel, "news")
            assert await told.get() == "news"
        hearing.cancel()
        await asyncio.wait([hearing])


async def _connections_are(url: str, number: int) -> bool:
    return len(clients_of(url)) == number


async def _pings_are(url: str, number: int) -> bool:
    return bool(says(url, "INFO", "commandstats").get("cmdstat_ping", {"calls": 0})["calls"] >= number)
