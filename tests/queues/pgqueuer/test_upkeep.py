"""PgQueuer's tables are made where they are wanted, and stay small."""

import asyncio
from typing import Any

import pytest
from tests.queues.surroundings import NewProcess, until

from pikku.model.errors import QueueError
from pikku.model.queue_names import ORCHESTRATOR
from pikku.queues.pgqueuer import PgQueuerQueue
from pikku.stores.memory import MemoryStore
from pikku.testing.contracts.jobs import EMAILS, Workshop
from pikku.testing.contracts.queues import Receiver, send
from pikku.testing.contracts.scene import RUN, created, run_id

RUNS = [run_id(number) for number in range(1, 101)]


async def rows(admin: Any, table: str, where: str = "TRUE") -> int:
    return int(await admin.fetchval(f"SELECT count(*) FROM {table} WHERE {where}"))  # noqa: S608


class TestTables:
    async def test_many_processes_may_make_them_at_once(self, postgres_url: str, schema: str) -> None:
        queues = [PgQueuerQueue(postgres_url, schema=schema) for _ in range(8)]
        await asyncio.gather(*(queue.open(MemoryStore()) for queue in queues))
        await asyncio.gather(*(queue.add(EMAILS, 1) for queue in queues))
        await asyncio.gather(*(queue.close() for queue in queues))

    async def test_they_are_nowhere_but_in_the_schema(self, new_process: NewProcess, admin: Any, schema: str) -> None:
        before = await rows(admin, "pg_class", "relnamespace = 'public'::regnamespace")
        await new_process()
        assert await rows(admin, "pg_class", "relnamespace = 'public'::regnamespace") == before
        assert await rows(admin, "pg_class", f"relnamespace = '{schema}'::regnamespace AND relkind = 'r'") == 4

    async def test_no_variable_changes_their_names(
        self, new_process: NewProcess, admin: Any, schema: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("CHANNEL", "QUEUE_TABLE", "FUNCTION", "PGQUEUER_PREFIX"):
            monkeypatch.setenv(name, "elsewhere")
        process = await new_process()
        await send(process, created())
        assert await rows(admin, f"{schema}.pgqueuer") == 1

    async def test_without_a_schema_they_are_where_pgqueuer_has_them(self, new_process: NewProcess, admin: Any) -> None:
        process = await new_process(schema=None, sweep_every="20ms")
        await admin.execute(
            "INSERT INTO pgqueuer_log (job_id, status, priority, entrypoint) VALUES (1, 'queued', 0, 'a')"
        )
        async with Receiver(process) as receiver:
            await receiver.tune_in(process)
            await send(process, created())
            await receiver.hears(RUN)
        await until(lambda: _is_swept(admin, "pgqueuer_log", "entrypoint <> 'a'"))
        assert await rows(admin, "pgqueuer_log", "entrypoint = 'a'") == 1

    @pytest.mark.parametrize("schema", ["", "Shop", "pg_shop", 'a"b', "1st", "a" * 41])
    def test_a_name_that_cannot_be_a_schemas_is_an_error(self, schema: str) -> None:
        with pytest.raises(QueueError, match="cannot be the schema of the queue"):
            PgQueuerQueue("postgresql://localhost/shop", schema=schema)


class TestSweeping:
    async def test_messages_leave_nothing_behind(self, new_process: NewProcess, admin: Any, schema: str) -> None:
        process = await new_process(sweep_every="20ms")
        async with Receiver(process) as receiver:
            await receiver.tune_in(process)
            await send(process, *map(created, RUNS))
            for run in RUNS:
                await receiver.hears(run)
            assert await rows(admin, f"{schema}.pgqueuer") == 0
            await until(lambda: _is_swept(admin, f"{schema}.pgqueuer_log"))
            assert await rows(admin, f"{schema}.pgqueuer_statistics") == 0

    async def test_jobs_that_were_done_leave_nothing_behind(
        self, new_process: NewProcess, admin: Any, schema: str
    ) -> None:
        process = await new_process(sweep_every="20ms")
        async with Workshop(process) as workshop:
            for number in range(20):
                await process.queue.add(EMAILS, number)
            for _ in range(20):
                await workshop.next_job()
        assert await rows(admin, f"{schema}.pgqueuer") == 0
        await until(lambda: _is_swept(admin, f"{schema}.pgqueuer_log"))

    async def test_a_job_that_fails_for_good_is_kept_with_its_errors(
        self, new_process: NewProcess, admin: Any, schema: str
    ) -> None:
        process = await new_process(sweep_every="20ms", job_retries=2)
        async with Workshop(process, failures=1_000) as workshop:
            await process.queue.add(EMAILS, "hopeless")
            await until(lambda: rows(admin, f"{schema}.pgqueuer", "status = 'failed'"))
            assert workshop.failures == 1_000 - 3
        await until(lambda: _is_swept(admin, f"{schema}.pgqueuer_log", "traceback IS NULL"))
        assert await rows(admin, f"{schema}.pgqueuer_log", "traceback::text LIKE '%it broke%'") == 3

    async def test_a_message_that_nobody_takes_is_forgotten_at_last(
        self, new_process: NewProcess, admin: Any, schema: str
    ) -> None:
        process = await new_process(sweep_every="20ms")
        await send(process, created(), queue="nobody's")
        await process.queue.add(EMAILS, "kept", delay="1d")
        await admin.execute(f"UPDATE {schema}.pgqueuer SET created = now() - interval '2 hours'")  # noqa: S608
        await until(lambda: _is_swept(admin, f"{schema}.pgqueuer", "entrypoint = 'nobody''s'"))
        assert await rows(admin, f"{schema}.pgqueuer") == 1


class TestReceiving:
    async def test_receivers_of_other_queues_do_not_hear(self, new_process: NewProcess) -> None:
        here, there = await new_process(), await new_process()
        async with Receiver(here) as mine, Receiver(there, ["workflow-other-orchestrator"]) as other:
            await mine.tune_in(here)
            await other.tune_in(there)
            await send(here, created())
            await mine.hears(RUN)
            await send(here, created(run_id(2)), queue="workflow-other-orchestrator")
            await other.hears(run_id(2))
            assert not other.was_told_of(RUN)
            assert not mine.was_told_of(run_id(2))

    async def test_messages_wait_for_a_receiver(self, new_process: NewProcess) -> None:
        process = await new_process()
        await send(process, created())
        async with Receiver(process) as receiver:
            await until(lambda: _told(receiver))

    async def test_somebody_elses_job_says_to_look_anywhere(self, new_process: NewProcess) -> None:
        process = await new_process()
        async with Receiver(process) as receiver:
            await receiver.tune_in(process)
            await process.queue.add(ORCHESTRATOR, {"to": "ada"})
            await receiver.hears(RUN)
            assert not receiver.was_told_of(RUN)

    @pytest.mark.parametrize("payload", [b"\xff\xfe", b"[" * 100_000, b'{"run_id": 1}', None])
    async def test_what_nobody_can_read_does_not_end_the_hints(
        self, new_process: NewProcess, admin: Any, schema: str, payload: bytes | None
    ) -> None:
        process = await new_process()
        await process.queue.add(ORCHESTRATOR, "theirs")
        await admin.execute(f"UPDATE {schema}.pgqueuer SET payload = $1", payload)  # noqa: S608
        async with Receiver(process) as receiver:
            await send(process, created())
            await until(lambda: _told(receiver))


async def _is_swept(admin: Any, table: str, where: str = "TRUE") -> bool:
    return await rows(admin, table, where) == 0


async def _told(receiver: Receiver) -> bool:
    return receiver.was_told_of(RUN)
