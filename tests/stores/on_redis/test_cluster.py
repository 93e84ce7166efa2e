"""What is particular to the Redis store in a cluster: one node has all its keys, and tomorrow it is another one."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from tests.stores.ears import Ears
from tests.stores.on_redis.cluster import Cluster, says
from tests.stores.on_redis.counters import under_way
from tests.stores.on_redis.surroundings import NewStore

from pikku.model.change import Held
from pikku.model.errors import StoreUnavailableError
from pikku.ports.store import RunQuery
from pikku.stores.redis import RedisStore
from pikku.testing.contracts.scene import (
    ANN,
    FUNCTION,
    OTHER,
    RUN,
    WORKFLOW,
    claimed,
    created,
    ended,
    inserted,
    make,
    remote,
    run_of,
    snapshot,
    woken,
)
from pikku.testing.servers.redis import URL_VARIABLE


@pytest.fixture
async def cluster(redis_prefix: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cluster]:
    monkeypatch.delenv(URL_VARIABLE, raising=False)
    async with Cluster(redis_prefix) as cluster:
        yield cluster


@pytest.fixture
async def stray(cluster: Cluster, new_store: NewStore) -> RedisStore:
    """A store that was given the address of a node that does not have its keys."""
    store = new_store(cluster.others[0].tcp_url())
    await store.open()
    await make(store, created(by=ANN))
    return store


async def test_whichever_node_is_asked_a_store_finds_its_keys(cluster: Cluster, new_store: NewStore) -> None:
    for number, server in enumerate(cluster.servers):
        for wait_replicas in (0, 1):
            store = new_store(server.tcp_url(), wait_replicas=wait_replicas)
            await store.open()
            if not number and not wait_replicas:
                await make(store, created(by=ANN), remote("mail"), created(OTHER))
            assert (await store.schema_version()).found
            await make(store, inserted(f"pay {number} {wait_replicas}"))
            assert list(await asyncio.to_thread(store.renew, ANN, [Held(RUN, 1), Held(RUN, 2)])) == [Held(RUN, 2)]
            assert len((await snapshot(store)).steps) == 2 + 2 * number + wait_replicas
            assert len(await store.list_runs(RunQuery())) == 2
            assert await store.next_due([WORKFLOW], [FUNCTION]) is not None
    assert await claimed(store) == [OTHER]
    assert len(await store.claim_steps(ANN, [FUNCTION], 9)) == 1
    await make(store, ended())
    assert all(not says(each, "CLUSTER COUNTKEYSINSLOT", cluster.slot) for each in cluster.others)


async def test_hints_are_heard_on_every_node(cluster: Cluster, new_store: NewStore, stray: RedisStore) -> None:
    for server in cluster.servers:
        store = new_store(server.tcp_url())
        await store.open()
        async with Ears(store) as ears:
            await ears.hear(lambda: stray.apply([woken()]), RUN)


async def test_a_store_goes_where_its_slot_goes(cluster: Cluster, stray: RedisStore) -> None:
    for there in cluster.others:
        here = cluster.begin_to_move(there)
        cluster.move_keys(here, there)
        cluster.end_to_move(there)
        assert cluster.owner is there
        assert list(await asyncio.to_thread(stray.renew, ANN, [Held(RUN, 1)])) == []
        await make(stray, woken())
    assert (await run_of(stray)).wakes == 2


async def test_while_its_slot_is_being_moved_a_store_changes_nothing(cluster: Cluster, stray: RedisStore) -> None:
    await make(stray, inserted("pay"))
    there = cluster.others[0]
    here = cluster.begin_to_move(there)
    for moved in (0, 1, 10_000):
        if moved:
            cluster.move_keys(here, there, moved)
        for ask in (
            lambda: stray.apply([woken(), inserted("new"), created(OTHER)]),
            lambda: stray.get_run(RUN),
            lambda: asyncio.to_thread(stray.renew, ANN, [Held(RUN, 1)]),
        ):
            with pytest.raises(StoreUnavailableError, match=r"the keys of slot \d+ are being moved to 127.0.0.1:\d+"):
                await ask()
    cluster.end_to_move(there)
    assert (await snapshot(stray)).steps.keys() == {"pay"}
    assert (await run_of(stray)).wakes == 0
    await make(stray, woken(), inserted("new"), created(OTHER))


async def test_when_the_node_dies_its_heir_is_found(cluster: Cluster, stray: RedisStore, new_store: NewStore) -> None:
    straight = new_store(cluster.owner.tcp_url(), wait_replicas=1)
    await straight.open()
    await make(straight, woken())
    async with Ears(straight) as ears:
        await ears.hear(lambda: straight.apply([woken()]), RUN)
        before = (await run_of(straight)).wakes
        await cluster.fail_over()
        for store in (stray, straight):
            with pytest.raises(StoreUnavailableError):
                await store.get_run(RUN)
            assert (await run_of(store)).wakes == before
            assert list(await asyncio.to_thread(store.renew, ANN, [Held(RUN, 1)])) == []
        await ears.hear(lambda: stray.apply([woken()]), RUN)


async def test_when_the_node_dies_leases_are_renewed_at_its_heir(cluster: Cluster, stray: RedisStore) -> None:
    await cluster.fail_over()
    with pytest.raises(StoreUnavailableError):
        await asyncio.to_thread(stray.renew, ANN, [Held(RUN, 1)])
    assert list(await asyncio.to_thread(stray.renew, ANN, [Held(RUN, 1)])) == []


@pytest.mark.parametrize("mode", ["inline", "remote"])
async def test_runs_end_right_when_slots_move_and_nodes_die(cluster: Cluster, new_store: NewStore, mode: str) -> None:
    store = new_store(cluster.others[0].tcp_url())
    async with under_way(store, remote=mode == "remote") as counters:
        there = cluster.others[0]
        here = cluster.begin_to_move(there)
        counters.gate.open.set()
        cluster.move_keys(here, there)
        cluster.end_to_move(there)
        cluster.begin_to_move(here)
        cluster.move_keys(there, here)
        cluster.end_to_move(here)
        await cluster.fail_over()
        await counters.end_right()
