"""What is particular to SQLite: whose file it is, shared transactions, threads, and several processes on one file."""

import asyncio
import sqlite3
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from pikku.model.change import (
    Applied,
    Change,
    Held,
    Lease,
    Outcome,
    Refusal,
    Refused,
    RunCreated,
    RunMoved,
    Standing,
    StepInserted,
)
from pikku.model.errors import (
    ClosedStoreError,
    ForeignStoreError,
    NewerStoreError,
    StoreError,
    StoreUnavailableError,
    StoreURLError,
)
from pikku.model.failure import LOST
from pikku.model.ids import RunId
from pikku.model.payload import Json
from pikku.model.run import RunStatus
from pikku.model.step import StepCall, StepKind, StepStatus
from pikku.ports.store import Hint, RunQuery, Store
from pikku.stores.sqlite import SqliteStore, connection
from pikku.stores.sqlite.reading import LIST_RUNS, read_runs
from pikku.stores.sqlite.schema import APPLICATION_ID, connect_writer, newest

RUN = RunId("01980000-0000-7000-8000-000000000001")
LEASE = Lease("me", 60_000)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "pikku.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(path)
    await store.open()
    yield store
    await store.close()


@pytest.fixture
def traced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All statements of the connections that are opened from now on."""
    statements: list[str] = []
    _on_connect(monkeypatch, lambda opened: opened.set_trace_callback(statements.append))
    return statements


class TestFile:
    async def test_schema_is_what_the_migrations_make(self, store: SqliteStore, path: Path) -> None:
        with closing(sqlite3.connect(path)) as raw:
            made = raw.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name")
            text = "\n\n".join(f"{sql};" for (sql,) in made) + "\n"
        assert text == files("pikku.stores.sqlite").joinpath("schema.sql").read_text(encoding="utf-8")

    async def test_is_marked_as_ours_and_durable(self, store: SqliteStore, path: Path) -> None:
        assert _pragma(path, "application_id") == APPLICATION_ID
        assert _pragma(path, "user_version") == newest()
        assert _pragma(path, "journal_mode") == "wal"
        writer = store._opened().writer
        assert await writer.ask(lambda opened: opened.execute("PRAGMA synchronous").fetchone()[0]) == 2  # FULL
        assert await writer.ask(lambda opened: opened.execute("PRAGMA foreign_keys").fetchone()[0]) == 1

    async def test_text_file_is_foreign_and_untouched(self, path: Path) -> None:
        _write(path, b"dear diary, this is no database")
        with pytest.raises(ForeignStoreError, match="not a SQLite database"):
            await SqliteStore(path).open()
        assert _files(path.parent) == {path.name: b"dear diary, this is no database"}

    @pytest.mark.parametrize("mark", ["CREATE TABLE recipe (name TEXT)", "PRAGMA application_id = 7"])
    async def test_other_applications_database_is_foreign_and_untouched(self, path: Path, mark: str) -> None:
        with closing(sqlite3.connect(path)) as raw:
            raw.execute(mark)
        before = _files(path.parent)
        with pytest.raises(ForeignStoreError, match="another application"):
            await SqliteStore(path).open()
        assert _files(path.parent) == before

    async def test_damaged_database_says_so(self, path: Path) -> None:
        _write(path, connection.MAGIC + b"\xff" * 4096)
        with pytest.raises(StoreUnavailableError, match="not a database"):
            await SqliteStore(path).open()

    async def test_folder_is_foreign(self, tmp_path: Path) -> None:
        with pytest.raises(ForeignStoreError, match="a folder"):
            await SqliteStore(tmp_path).open()

    async def test_missing_folder_is_not_created(self, tmp_path: Path) -> None:
        with pytest.raises(StoreUnavailableError, match="no folder"):
            await SqliteStore(tmp_path / "missing" / "pikku.db").open()
        assert not _files(tmp_path)

    async def test_newer_version_is_refused(self, path: Path) -> None:
        await _create(path)
        with closing(sqlite3.connect(path)) as raw:
            raw.execute(f"PRAGMA user_version = {newest() + 1}")
        with pytest.raises(NewerStoreError, match=f"version {newest() + 1}"):
            await SqliteStore(path).open()

    async def test_without_migrate_nothing_is_created(self, path: Path) -> None:
        with pytest.raises(StoreError, match="migrate=True"):
            await SqliteStore(path).open(migrate=False)
        assert not _files(path.parent)

    async def test_without_migrate_an_older_file_stays_older(self, path: Path) -> None:
        with closing(sqlite3.connect(path)) as raw:
            raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        with pytest.raises(StoreError, match="migrate=True"):
            await SqliteStore(path).open(migrate=False)
        assert _pragma(path, "user_version") == 0
        await _create(path)
        await _create(path, migrate=False)

    async def test_failed_migration_leaves_nothing(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        broken = {1: "CREATE TABLE half (made TEXT);\nCREATE TABLE half (made TEXT);\n"}
        monkeypatch.setattr("pikku.stores.sqlite.schema.migrations", lambda: broken)
        with pytest.raises(StoreUnavailableError, match="half"):
            await SqliteStore(path).open()
        monkeypatch.undo()
        await _create(path)

    @pytest.mark.parametrize("name", ["", ":memory:"])
    def test_memory_is_another_store(self, name: str) -> None:
        with pytest.raises(StoreURLError, match="MemoryStore"):
            SqliteStore(name)

    @pytest.mark.parametrize("name", ["a b.db", "100%25?mode=memory#x.db", "file::memory:", "ä'\"$.db"])
    async def test_every_file_name_is_a_name_of_a_file(self, tmp_path: Path, name: str) -> None:
        await _create(tmp_path / name)
        assert _files(tmp_path)[name].startswith(connection.MAGIC)

    async def test_old_sqlite_is_refused(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
        with pytest.raises(StoreError, match=r"SQLite 3\.35\.0 or newer"):
            await SqliteStore(path).open()

    async def test_a_file_that_is_being_created_is_not_foreign(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connection, "BUSY_SECONDS", 0.05)
        others = [path]

        def create_too(statement: str) -> None:
            if statement == "PRAGMA user_version" and others:
                with suppress(sqlite3.OperationalError):
                    connect_writer(others.pop(), migrate=True).close()

        _on_connect(monkeypatch, lambda opened: opened.set_trace_callback(create_too))
        await _create(path)
        assert not others

    def test_processes_may_create_one_file_at_once(self, path: Path) -> None:
        script = (
            "import asyncio, sys; from pikku.stores.sqlite import SqliteStore\n"
            "async def main():\n"
            "    store = SqliteStore(sys.argv[1]); await store.open(); await store.close()\n"
            "sys.stdin.read(); asyncio.run(main())"
        )
        command = [sys.executable, "-c", script, str(path)]
        started = [subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(4)]
        for process in started:
            assert process.stdin is not None
            process.stdin.close()  # all of them wait for this
            process.stdin = None
        assert [process.communicate(timeout=30)[1] for process in started] == [b""] * 4


class TestLife:
    async def test_contents_stay_after_close_and_open(self, store: SqliteStore) -> None:
        await store.apply([_run(), _step("a")])
        await store.close()
        await store.open()
        (snapshot,) = await store.load([RUN])
        assert list(snapshot.steps) == ["a"]

    async def test_close_is_safe_at_any_time(self, path: Path) -> None:
        store = SqliteStore(path)
        await store.close()
        await asyncio.gather(store.open(), store.open())
        await asyncio.gather(store.close(), store.close())
        await store.close()

    async def test_close_ends_the_threads_and_removes_the_log(self, path: Path) -> None:
        before = set(_lane_threads())
        store = SqliteStore(path)
        await store.open()
        assert {thread.daemon for thread in _lane_threads()} == {True}
        assert len(set(_lane_threads()) - before) == 2
        await store.close()
        assert set(_lane_threads()) == before
        assert list(_files(path.parent)) == [path.name]

    async def test_failed_open_ends_the_threads(self, tmp_path: Path) -> None:
        before = set(_lane_threads())
        with pytest.raises(ForeignStoreError):
            await SqliteStore(tmp_path).open()
        assert set(_lane_threads()) == before

    async def test_cancelled_open_leaves_nothing_open(self, path: Path) -> None:
        store = SqliteStore(path)
        opening = asyncio.create_task(store.open())
        await asyncio.sleep(0)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        assert not _lane_threads()

    async def test_close_finishes_what_was_asked(self, store: SqliteStore) -> None:
        asked = asyncio.gather(store.apply([_run()]), *(store.apply([_step(f"s{n}")]) for n in range(50)))
        await asyncio.sleep(0)
        await store.close()
        assert all(isinstance(outcome, Applied) for (outcome,) in await asked)

    @pytest.mark.parametrize(
        "ask",
        [
            lambda store: store.apply([]),
            lambda store: store.load([RUN]),
            lambda store: store.claim_runs(LEASE, ["w"], 1),
            lambda store: store.claim_steps(LEASE, ["f"], 1),
            lambda store: asyncio.to_thread(store.renew, LEASE, []),
            lambda store: store.next_due(["w"], ["f"]),
            lambda store: store.get_run(RUN),
            lambda store: store.list_runs(RunQuery()),
            lambda store: store.history(RUN),
        ],
    )
    async def test_closed_store_says_so(self, path: Path, ask: Callable[[Store], Awaitable[Any]]) -> None:
        with pytest.raises(ClosedStoreError, match=r"pikku\.db"):
            await ask(SqliteStore(path))


class TestGroupCommit:
    async def test_what_waits_shares_a_transaction(self, path: Path, traced: list[str]) -> None:
        async with _opened(path) as store:
            await store.apply([_run()])
            traced.clear()
            with _locked(path):
                asked = asyncio.gather(*(store.apply([_step(f"s{n}")]) for n in range(200)))
                await asyncio.sleep(0.02)
            assert all(isinstance(outcome, Applied) for (outcome,) in await asked)
            assert traced.count("BEGIN IMMEDIATE") <= 2

    async def test_order_is_kept_among_changes_claims_and_renewals(self, store: SqliteStore, path: Path) -> None:
        with _locked(path):
            asked = asyncio.gather(
                store.apply([_run(owned=False)]),
                store.claim_runs(LEASE, ["w"], 10),
                store.apply([_step("a")]),
                store.claim_runs(LEASE, ["w"], 10),
                asyncio.to_thread(store.renew, LEASE, [Held(RUN, 1), Held(RUN, 2)]),
                store.apply([_end()]),
            )
            await asyncio.sleep(0.05)
        created, claimed, inserted, claimed_again, _, ended = await asked
        assert [len(claimed), len(claimed_again)] == [1, 0]
        assert all(isinstance(outcomes[0], Applied) for outcomes in (created, inserted, ended))

    async def test_failed_transaction_reaches_all_and_the_store_goes_on(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connection, "BUSY_SECONDS", 0.1)
        async with _opened(path) as store:
            await store.apply([_run()])
            with _locked(path):
                answers = await asyncio.gather(
                    *(store.apply([_step(f"s{n}")]) for n in range(20)), return_exceptions=True
                )
            assert {type(answer) for answer in answers} == {StoreUnavailableError}
            assert "locked" in str(answers[0])
            assert str(path) in str(answers[0])
            (outcome,) = await store.apply([_step("after")])
            assert isinstance(outcome, Applied)

    async def test_full_disk_reaches_who_asked_and_the_store_goes_on(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _on_connect(monkeypatch, lambda opened: opened.execute("PRAGMA max_page_count = 100").close())
        async with _opened(path) as store:
            await store.apply([_run()])
            small, large = _step("small"), _step("large", result='"' + "x" * 1_000_000 + '"')
            told, done = await asyncio.gather(store.apply([large]), store.apply([small]), return_exceptions=True)
            assert isinstance(told, StoreUnavailableError)
            assert "full" in str(told)
            assert _all_applied(done)
            (snapshot,) = await store.load([RUN])
            assert list(snapshot.steps) == ["small"]

    async def test_a_job_at_fault_sinks_no_other(self, store: SqliteStore, path: Path) -> None:
        await store.apply([_run()])
        asked = [store.apply([_step("before")]), store.apply([_step("\ud800")]), store.apply([_step("after")])]
        with _locked(path):
            answers = asyncio.gather(*asked, return_exceptions=True)
            await asyncio.sleep(0.02)
        before, bad, after = await answers
        assert _all_applied(before)
        assert isinstance(bad, UnicodeEncodeError)
        assert _all_applied(after)

    async def test_nothing_of_a_failed_batch_is_made(self, store: SqliteStore) -> None:
        await store.apply([_run()])
        with pytest.raises(UnicodeEncodeError):
            await store.apply([_step("whole"), _step("\ud800")])
        (snapshot,) = await store.load([RUN])
        assert not snapshot.steps

    async def test_cancelled_waiters_do_no_harm(self, store: SqliteStore, path: Path) -> None:
        await store.apply([_run(owned=False)])
        with _locked(path):
            first = asyncio.create_task(store.apply([]))
            await asyncio.sleep(0.02)
            claim = asyncio.create_task(store.claim_runs(LEASE, ["w"], 10))
            read = asyncio.create_task(store.get_run(RUN))
            await asyncio.sleep(0.02)
            claim.cancel()
            read.cancel()
            first.cancel()
            await asyncio.wait([claim, read, first])
        assert [run.epoch for run in await store.claim_runs(LEASE, ["w"], 10)] == [1]

    async def test_renew_needs_no_event_loop(self, store: SqliteStore) -> None:
        await store.apply([_run()])
        held = [Held(RUN, 1), Held(RUN, 7), Held(RUN, 0, "none")]
        assert store.renew(LEASE, held) == held[1:]  # blocks the loop that the store was opened on


class TestProcesses:
    async def test_each_sees_what_the_other_has_committed(self, store: SqliteStore, path: Path) -> None:
        async with _opened(path) as other:
            await store.apply([_run()])
            (outcome,) = await other.apply([_run()])
            assert outcome == Refused(Refusal.EXISTS)
            for n in range(20):
                writer, reader = (store, other) if n % 2 else (other, store)
                await writer.apply([_step(f"s{n}")])
                (snapshot,) = await reader.load([RUN])
                assert len(snapshot.steps) == n + 1

    async def test_a_run_is_claimed_once(self, store: SqliteStore, path: Path) -> None:
        ids = [RunId(f"run-{n:03}") for n in range(100)]
        await store.apply([_run(each, owned=False) for each in ids])
        async with _opened(path) as other:
            claims = await asyncio.gather(
                *(each.claim_runs(LEASE, ["w"], 7) for _ in range(10) for each in (store, other))
            )
        assert sorted(run.run_id for runs in claims for run in runs) == ids

    async def test_commits_of_others_are_hinted_at(self, store: SqliteStore, path: Path) -> None:
        async with _opened(path) as other, _listening(store) as hints:
            await other.apply([_run(owned=False)])
            assert await asyncio.wait_for(anext(hints), 30) == frozenset()

    async def test_own_commits_are_hinted_at_by_id_alone(self, store: SqliteStore) -> None:
        async with _listening(store) as hints, _listening(store) as more_hints:
            await store.apply([_run(owned=False), _step("nobody waits for it")])
            assert await asyncio.wait_for(anext(hints), 30) == {RUN}
            assert await asyncio.wait_for(anext(more_hints), 30) == {RUN}
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(anext(hints), 0.3)

    async def test_nobody_looks_when_nobody_listens(self, path: Path, traced: list[str]) -> None:
        async with _opened(path) as store:
            async with _listening(store):
                await asyncio.sleep(0.05)
            traced.clear()
            await asyncio.sleep(0.25)
            assert not traced


class TestListing:
    @pytest.mark.parametrize(
        ("query", "plan"),
        [
            (RunQuery(), "SCAN workflow_runs USING COVERING INDEX workflow_runs_created"),
            (
                RunQuery(run_ids=[RUN], statuses=[RunStatus.COMPLETED, RunStatus.FAILED]),
                "SEARCH workflow_runs USING PRIMARY KEY",
            ),
            (RunQuery(statuses=[RunStatus.FAILED]), "SEARCH workflow_runs USING COVERING INDEX workflow_runs_status"),
            (RunQuery(workflow="w"), "SEARCH workflow_runs USING COVERING INDEX workflow_runs_workflow"),
            (
                RunQuery(workflow="w", statuses=[RunStatus.COMPLETED, RunStatus.FAILED], ended_for=0, bare=True),
                "SEARCH workflow_runs USING INDEX workflow_runs_workflow (workflow=? AND created_ms<?)",
            ),
        ],
    )
    async def test_a_listing_uses_the_index_that_fits(self, store: SqliteStore, query: RunQuery, plan: str) -> None:
        def explain(opened: sqlite3.Connection) -> list[str]:
            statements: list[str] = []
            opened.set_trace_callback(statements.append)
            read_runs(opened, query, 0)
            return [row["detail"] for row in opened.execute(f"EXPLAIN QUERY PLAN {statements[0]}")]

        steps = await store._opened().writer.ask(explain)
        assert any(step.startswith(plan) for step in steps), steps
        assert not (query.bare and any("ORDER BY" in step for step in steps)), steps

    def test_every_filter_stands_on_a_line_of_its_own(self) -> None:
        assert max(line.count(" :") for line in LIST_RUNS.splitlines()) == 1


def _run(run_id: RunId = RUN, *, owned: bool = True) -> RunCreated:
    return RunCreated(run_id=run_id, workflow="w", input_json=Json("{}"), lease=LEASE if owned else None)


def _step(key: str, *, result: str = "1") -> Change:
    call = StepCall(key=key, name=key, kind=StepKind.INLINE, position=0)
    return StepInserted(run_id=RUN, epoch=1, call=call, standing=Standing(StepStatus.SUCCEEDED, 1, Json(result)))


def _end() -> RunMoved:
    return RunMoved(run_id=RUN, epoch=1, status=RunStatus.COMPLETED, abandon=LOST, output_json=Json("null"))


def _all_applied(answer: Sequence[Outcome] | BaseException) -> bool:
    return not isinstance(answer, BaseException) and all(isinstance(outcome, Applied) for outcome in answer)


def _on_connect(monkeypatch: pytest.MonkeyPatch, prepare: Callable[[sqlite3.Connection], None]) -> None:
    connect = connection.connect

    def prepared(path: Path) -> sqlite3.Connection:
        opened = connect(path)
        prepare(opened)
        return opened

    monkeypatch.setattr(connection, "connect", prepared)


def _write(path: Path, contents: bytes) -> None:
    path.write_bytes(contents)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def _pragma(path: Path, name: str) -> object:
    with closing(sqlite3.connect(path)) as raw:
        return raw.execute(f"PRAGMA {name}").fetchone()[0]


def _lane_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "pikku-sqlite"]


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Another process writes."""
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("BEGIN IMMEDIATE")
        yield
        raw.execute("ROLLBACK")


@asynccontextmanager
async def _opened(path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(path)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def _listening(store: SqliteStore) -> AsyncIterator[AsyncIterator[Hint]]:
    """The hints, from a moment at which the subscription is known to be there."""
    arrived: asyncio.Queue[Hint] = asyncio.Queue()

    async def listen() -> None:
        async for hint in store.hints():
            arrived.put_nowait(hint)

    async def take() -> AsyncIterator[Hint]:
        while True:
            yield await arrived.get()

    listening = asyncio.create_task(listen())
    await asyncio.sleep(0)
    try:
        yield take()
    finally:
        listening.cancel()
        await asyncio.wait([listening])


async def _create(path: Path, *, migrate: bool = True) -> None:
    store = SqliteStore(path)
    await store.open(migrate=migrate)
    await store.close()
