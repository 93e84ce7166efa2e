"""What is particular to the Redis store: rights that are not there or taken away, names and values that are hard to keep."""

import asyncio
import logging
from collections.abc import Callable

import pytest
from tests.stores.ears import Ears
from tests.stores.on_redis.surroundings import NewStore, dump_of, says

from pikku.model.change import Held
from pikku.model.errors import ClosedStoreError, StoreUnavailableError
from pikku.model.ids import RunId
from pikku.ports.store import RunQuery
from pikku.stores.redis import RedisStore
from pikku.testing.contracts.scene import (
    ANN,
    FUNCTION,
    RUN,
    WORKFLOW,
    created,
    ended,
    inserted,
    make,
    remote,
    snapshot,
    woken,
)
from pikku.testing.servers import RedisServer

USER = ("ACL", "SETUSER", "ann", "reset", "on", ">s3cret")

DENIED = r"(?i)permission|can't run this command"
"""As Valkey says it, and Redis 6 and 7 in a script."""

As = Callable[..., RedisStore]


@pytest.fixture
def as_ann(server: RedisServer, lone_store: RedisStore, new_store: NewStore, redis_prefix: str) -> As:
    """Gives the store of a user with these rights."""

    def ann(*rights: str) -> RedisStore:
        says(server.url(), *USER, *(right.replace("PREFIX", redis_prefix) for right in rights))
        return new_store(server.tcp_url().replace("redis://", "redis://ann:s3cret@"))

    return ann


class TestRights:
    @pytest.mark.parametrize(
        "rights",
        [
            "+@all -@dangerous -@admin",
            "+@read +@write +@scripting +@pubsub +@connection +time +info +wait +config|get",  # those of docs/redis.md
        ],
    )
    async def test_every_verb_works_without_the_dangerous_commands(
        self, as_ann: As, caplog: pytest.LogCaptureFixture, rights: str
    ) -> None:
        store = as_ann("~{PREFIX}*", "resetchannels", "&{PREFIX}:hints", *rights.split())
        with caplog.at_level(logging.WARNING, "pikku"):
            await store.open()
            async with Ears(store) as ears:
                await ears.hear(lambda: store.apply([created(by=ANN), woken()]), RUN)
        assert caplog.text == ""
        await make(store, inserted("pay"), remote("mail"))
        assert list(store.renew(ANN, [Held(RUN, 1), Held(RUN, 2)])) == [Held(RUN, 2)]
        assert await store.claim_runs(ANN, [WORKFLOW], 1) == []
        assert [each.step.key for each in await store.claim_steps(ANN, [FUNCTION], 1)] == ["mail"]
        assert await store.next_due([WORKFLOW], [FUNCTION]) is not None
        assert set((await snapshot(store)).steps) == {"pay", "mail"}
        await make(store, ended())
        assert len(await store.list_runs(RunQuery())) == 1
        assert len(await store.history(RUN)) == 2
        assert (await store.schema_version()).found

    async def test_who_may_not_publish_loses_hints_and_nothing_else(
        self, as_ann: As, caplog: pytest.LogCaptureFixture
    ) -> None:
        store = as_ann("~{PREFIX}*", "resetchannels", "+@all")
        await store.open()
        await make(store, created(by=ANN), woken())
        await make(store, inserted("pay"))
        with caplog.at_level(logging.WARNING, "pikku.stores"):
            async with Ears(store) as ears:
                await ears.hear_once(frozenset())
        assert "cannot listen for hints, looking instead" in caplog.text

    @pytest.mark.parametrize(
        "rights", [("~*", "&*"), ("~theirs*", "&*", "+@all"), ("~*", "&*", "+@all", "-@scripting")]
    )
    async def test_who_may_not_work_here_is_told_so_in_a_line(self, as_ann: As, rights: tuple[str, ...]) -> None:
        store = as_ann(*rights)
        with pytest.raises(StoreUnavailableError, match=DENIED) as told:
            await _use(store)
        assert "\n" not in str(told.value)
        assert "s3cret" not in str(told.value)

    async def test_who_may_only_read_sees_the_runs_and_changes_nothing(
        self, as_ann: As, lone_store: RedisStore, server: RedisServer, redis_prefix: str
    ) -> None:
        await make(lone_store, created(by=ANN), remote("mail"), created(RunId("due")))
        before = dump_of(server.url(), redis_prefix)
        reader = as_ann("~*", "&*", "+@all", "-@write", "+eval", "+evalsha")
        await reader.open(migrate=False)
        assert len(await reader.list_runs(RunQuery())) == 2
        assert (await snapshot(reader)).steps.keys() == {"mail"}
        for write in (
            lambda: reader.apply([created(RunId("new")), woken(), inserted("pay")]),
            lambda: reader.claim_runs(ANN, [WORKFLOW], 9),
            lambda: reader.claim_steps(ANN, [FUNCTION], 9),
            lambda: asyncio.to_thread(reader.renew, ANN, [Held(RUN, 1)]),
        ):
            with pytest.raises(StoreUnavailableError, match=DENIED):
                await write()
        assert dump_of(server.url(), redis_prefix) == before

    async def test_rights_that_are_taken_away_are_told_and_come_back_without_a_restart(self, as_ann: As) -> None:
        store = as_ann("~*", "&*", "+@all")
        await store.open()
        await make(store, created(by=ANN))
        as_ann("~*", "&*", "+@read", "+evalsha", "+eval")
        with pytest.raises(StoreUnavailableError, match=DENIED):
            await store.apply([inserted("pay")])
        as_ann("~*", "&*", "+@all")
        await make(store, inserted("pay"))


class TestNames:
    async def test_a_name_that_cannot_be_stored_is_found_nowhere(self, store: RedisStore) -> None:
        await make(store, created())
        for name in ("\x00", "a:b", "*", "", "\n", "{x}", "é" * 1000):
            hostile = RunId(name)
            assert await store.get_run(hostile) is None
            assert list(await store.history(hostile)) == []
            assert [each.run.run_id for each in await store.load([hostile, RUN])] == [RUN]
            assert list(await store.list_runs(RunQuery(workflow=name))) == []
            assert list(await store.list_runs(RunQuery(tags=[name]))) == []
            assert list(await store.list_runs(RunQuery(run_ids=[hostile]))) == []
            assert list(await store.list_runs(RunQuery(before=hostile))) == []
            assert await store.claim_runs(ANN, [name], 1) == []
            assert await store.claim_steps(ANN, [name], 1, [name]) == []
            assert await store.next_due([name], [name]) is None

    @pytest.mark.parametrize("name", ["a:b", "runs:x", "*", " ", "\n", "{x}", "é", "\x00", "any", "running", "👩‍🚀"])
    async def test_names_are_kept_as_they_are(self, store: RedisStore, name: str) -> None:
        await make(store, created(by=ANN, workflow=name, tags=(name,)), remote(name, function=name))
        await make(store, created(RunId("other")))
        (step,) = await store.claim_steps(ANN, [name], 1, [name])
        assert (step.step.key, step.step.call.rpc_name, step.workflow) == (name, name, name)
        for query in (RunQuery(workflow=name), RunQuery(tags=[name])):
            assert [(run.run_id, run.waiting_on) for run in await store.list_runs(query)] == [(RUN, (name,))]
        assert [attempt.key for attempt in await store.history(RUN)] == [name]
        await make(store, ended())
        assert await store.next_due([name], [name]) is None

    async def test_workflows_whose_names_contain_each_other_are_told_apart(self, store: RedisStore) -> None:
        await make(
            store, created(workflow="a"), created(RunId("2"), workflow="a:b"), created(RunId("3"), workflow="runs")
        )
        assert [run.workflow for run in await store.claim_runs(ANN, ["a"], 9)] == ["a"]
        assert len(await store.list_runs(RunQuery(workflow="a:b"))) == 1
        assert len(await store.list_runs(RunQuery(workflow="running"))) == 0

    async def test_many_values_at_once(self, store: RedisStore) -> None:
        large = f'"{"x" * 2_000_000}"'
        await make(store, created(by=ANN, input_json=large), *(inserted(f"{n}", data_json=large) for n in range(8)))
        assert (await snapshot(store)).steps["7"].call.data_json == large


async def test_a_store_that_is_not_open_says_so(new_store: NewStore) -> None:
    store = new_store()
    with pytest.raises(ClosedStoreError):
        await store.apply([created()])
    with pytest.raises(ClosedStoreError):
        store.renew(ANN, [])
    await store.close()


async def _use(store: RedisStore) -> None:
    await store.open()
    await store.get_run(RUN)
