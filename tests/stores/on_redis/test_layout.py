"""What is particular to the Redis store: its keys, which people may look at, and how many of them it needs for an answer."""

import re
from typing import Any

import pytest
from redis.crc import key_slot
from tests.stores.on_redis.surroundings import counted, keys_of, says

from pikku.model.change import FailedAttempt
from pikku.model.ids import RunId
from pikku.model.run import RunStatus
from pikku.model.step import StepStatus
from pikku.ports.store import RunQuery
from pikku.stores.redis import RedisStore
from pikku.testing.contracts.scene import (
    ANN,
    BROKEN,
    FUNCTION,
    RUN,
    WORKFLOW,
    claimed,
    created,
    deleted,
    ended,
    inserted,
    json,
    make,
    moved,
    nap,
    remote,
    run_id,
    running,
    scheduled,
    woken,
)
from pikku.testing.servers import RedisServer

SCANS = {"keys", "scan", "hscan", "sscan", "zscan", "sort"}
MANY = 20_000
BATCH = 1_000


async def _work(store: RedisStore) -> None:
    """A sample of all that there is."""
    await make(store, created(by=ANN, input_json=json({"amount": 3}), tags=("new",)), created(run_id(3)))
    await make(store, inserted("pay"), remote("mail"), nap(1_000), inserted("retried", scheduled()))
    failed = FailedAttempt(1, BROKEN, ran_ms=1)
    await make(store, moved("retried", running()), moved("retried", scheduled(0, 2, failed), was=StepStatus.RUNNING))
    await store.claim_steps(ANN, [FUNCTION], 9)
    await make(store, woken(), woken(run_id(3)))
    assert await claimed(store, ANN) == [run_id(3)]


async def _end_all(store: RedisStore) -> None:
    await make(store, ended(output_json=json("done")), ended(RunStatus.CANCELLED, run_id(3), epoch=None))


class TestKeys:
    async def test_all_keys_begin_with_the_prefix_and_are_in_one_slot(
        self, lone_store: RedisStore, server: RedisServer, redis_prefix: str
    ) -> None:
        await _work(lone_store)
        keys = says(server.url(), "KEYS", "*")
        assert len(keys) >= 10
        assert [key for key in keys if not key.startswith(f"{{{redis_prefix}}}:")] == []
        assert {key_slot(key.encode()) for key in keys} == {key_slot(f"{{{redis_prefix}}}".encode())}

    async def test_runs_and_steps_are_in_hashes_that_people_can_read(
        self, store: RedisStore, redis_url: str, redis_prefix: str
    ) -> None:
        await _work(store)

        def fields(key: str) -> Any:
            return says(redis_url, "HGETALL", f"{{{redis_prefix}}}:{key}")

        run, steps, calls = fields(f"run:{RUN}"), fields(f"steps:{RUN}"), fields(f"open:{RUN}")
        assert (run["workflow"], run["status"], run["owner"], run["input_json"]) == (
            WORKFLOW,
            "running",
            "ann",
            '{"amount":3}',
        )
        assert re.fullmatch(
            r'\["succeeded",1,0,null,\d{13},null,\d{13},\d{13},null,'
            r'null,{"key":"pay","name":"pay","kind":"inline","position":0},"receipt"]',
            steps["pay"],
        )
        assert re.fullmatch(r'\["running",1,1,\d{13},\d{13},\d{13},\d{13},null,"ann"]', steps["mail"])
        assert calls["nap"] == '{"key":"nap","name":"nap","kind":"sleep","position":0}'
        assert calls["mail"].startswith(f'{len(FUNCTION)}:{FUNCTION}{{"key":"mail"')
        await _end_all(store)
        assert fields(f"run:{RUN}")["status"] == "completed"
        assert fields(f"run:{RUN}")["output_json"] == '"done"'
        assert says(redis_url, "TYPE", f"{{{redis_prefix}}}:schema") == "string"

    async def test_of_runs_that_have_ended_nothing_is_due_or_open(
        self, store: RedisStore, redis_url: str, redis_prefix: str
    ) -> None:
        await _work(store)
        kinds = {key.split(":")[1] for key in keys_of(redis_url, redis_prefix)}
        assert {"due", "open"} <= kinds
        await _end_all(store)
        left = {key.removeprefix(f"{{{redis_prefix}}}:").partition(":")[0] for key in keys_of(redis_url, redis_prefix)}
        assert left == {"schema", "run", "steps", "attempts", "list"}
        running_lists = [key for key in keys_of(redis_url, redis_prefix) if ":list:running" in key]
        assert running_lists == []

    async def test_of_runs_that_are_deleted_nothing_is_left(
        self, store: RedisStore, redis_url: str, redis_prefix: str
    ) -> None:
        await _work(store)
        await _end_all(store)
        # So many steps that their keys are let go of in several goes.
        run = run_id(7)
        await make(store, created(run, by=ANN), *(inserted(f"{n}", run=run) for n in range(1_100)), ended(run=run))
        await make(store, deleted(), deleted(run_id(3)), deleted(run))
        # Nor of one that lives and is deleted in one batch.
        await make(store, created(by=ANN), inserted("pay"), woken(), ended(), deleted())
        assert keys_of(redis_url, redis_prefix) == [f"{{{redis_prefix}}}:schema"]

    async def test_no_key_expires(self, store: RedisStore, redis_url: str, redis_prefix: str) -> None:
        await _work(store)
        await _end_all(store)
        assert {says(redis_url, "TTL", key) for key in keys_of(redis_url, redis_prefix)} == {-1}


class TestReading:
    @pytest.fixture
    async def filled(self, lone_store: RedisStore) -> RedisStore:
        """Many runs of two workflows, of which a few have failed."""
        runs = [run_id(number) for number in range(MANY)]
        for first in range(0, MANY, BATCH):
            some = runs[first : first + BATCH]
            await make(
                lone_store,
                *(created(run, by=ANN, workflow="rare" if run in some[:10] else WORKFLOW, tags=("t",)) for run in some),
            )
            await make(lone_store, *(ended(RunStatus.FAILED, run, error=BROKEN) for run in some[5:20]))
        return lone_store

    async def test_no_verb_scans(self, lone_store: RedisStore, server: RedisServer) -> None:
        with counted(server.url()) as calls:
            await _work(lone_store)
            await lone_store.load([RUN])
            await lone_store.next_due([WORKFLOW], [FUNCTION])
            for query in (
                RunQuery(),
                RunQuery(tags=("new",)),
                RunQuery(statuses=[RunStatus.RUNNING], workflow=WORKFLOW),
            ):
                await lone_store.list_runs(query)
            await lone_store.history(RUN)
            await lone_store.get_run(RUN)
            await _end_all(lone_store)
        assert calls["evalsha"] > 0
        assert SCANS & set(calls) == set()

    async def test_a_page_of_many_runs_reads_the_runs_that_it_lists(
        self, filled: RedisStore, server: RedisServer
    ) -> None:
        for query, most in (
            (RunQuery(limit=20), 20),
            (RunQuery(limit=20, before=run_id(MANY // 2)), 20),
            (RunQuery(limit=20, workflow="rare", statuses=[RunStatus.FAILED]), 20),
            (RunQuery(limit=1_000, workflow="rare", statuses=[RunStatus.FAILED]), 5 * MANY // BATCH),
            (RunQuery(limit=20, statuses=[RunStatus.FAILED, RunStatus.CANCELLED, RunStatus.RUNNING]), 20),
            (RunQuery(limit=20, workflow="nobody's"), 0),
            (RunQuery(limit=20, workflow=WORKFLOW, tags=("t",)), 20),
        ):
            with counted(server.url()) as calls:
                assert len(await filled.list_runs(query)) == most
            read = sum(number for name, number in calls.items() if name in ("hmget", "hget", "hkeys", "exists"))
            ranges = calls.get("zrevrange", 0) + calls.get("zrange", 0) + calls.get("zcount", 0)
            assert read <= 4 * most + 2, (query, calls)
            # One for each run that is listed, and those that go past the runs of the same millisecond.
            assert ranges <= 4 + most + 2 * BATCH // 100, (query, calls)
            assert SCANS & set(calls) == set()

    async def test_what_is_due_is_found_among_many_runs_without_looking_at_the_others(
        self, filled: RedisStore, server: RedisServer
    ) -> None:
        await make(filled, created(RunId("due")))
        with counted(server.url()) as calls:
            assert await filled.next_due([WORKFLOW], [FUNCTION]) == 0
            assert await claimed(filled, limit=10) == ["due"]
            assert (await filled.load([RUN]))[0].run.run_id == RUN
        assert sum(calls.values()) < 40, calls
