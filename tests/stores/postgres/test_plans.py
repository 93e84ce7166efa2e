"""What is particular to the PostgreSQL store: it reads as much as it needs, also by plans that were made for empty tables."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from tests.stores.postgres.plans import Explained, Scan, explained
from tests.stores.postgres.surroundings import NewStore

from pikku.model.change import Applied, Change, FailedAttempt, StepInserted
from pikku.model.failure import LOST
from pikku.model.ids import RunId
from pikku.model.run import RunStatus
from pikku.model.step import StepStatus
from pikku.ports.store import RunQuery, Store
from pikku.stores.postgres.listing import IN_ORDER, listing
from pikku.stores.postgres.lone_step import parameters_of
from pikku.stores.postgres.store import CLAIM_STEPS, INSERT_STEP, RENEW_HELD, SELECT_PARTS, PostgresStore
from pikku.stores.row import failure_text
from pikku.testing.contracts.scene import (
    ANN,
    FUNCTION,
    RUN,
    WORKFLOW,
    created,
    deleted,
    ended,
    inserted,
    make,
    moved,
    remote,
    run_id,
    running,
    scheduled,
    woken,
)

MANY = 10_000
PER_RUN = 100
LIMIT = 10
CLAIM = (None, "ann", 30_000, [FUNCTION], LIMIT, failure_text(LOST))
LOAD: tuple[Any, ...] = (None, [RUN], [], [RUN, RUN], ["7", "8"])


class Scene:
    """A store, and a connection that has made its plans while the store was empty."""

    def __init__(self, store: PostgresStore, own: Explained, schema: str) -> None:
        self.store = store
        self._own = own
        self._schema = schema

    async def claim(self, workflows: list[str] | None) -> list[Any]:
        return await self._ask(CLAIM_STEPS.within(self._schema), *CLAIM, workflows)

    async def load(self) -> list[Any]:
        return await self._ask(SELECT_PARTS.within(self._schema), *LOAD)

    async def apply(self, *changes: Change) -> None:
        self._own.forget()
        async with self._own.connection.transaction():
            outcomes = await self.store.apply_within(self._own.connection, changes)
        assert all(isinstance(outcome, Applied) for outcome in outcomes)

    async def insert(self, step: StepInserted) -> int | None:
        rows = await self._ask(INSERT_STEP.within(self._schema), *parameters_of(step, None))
        return rows[0]["completed_ms"] if rows else None

    async def renew(self, runs: list[RunId]) -> None:
        held = (None, 30_000, runs, [1] * len(runs), [None] * len(runs))
        assert await self._ask(RENEW_HELD.within(self._schema), *held) == [([],)]

    async def list_bare(self, query: RunQuery) -> None:
        text, values = listing(f'"{self._schema}"', query, None)
        async with self._own.connection.transaction():
            await self._own.connection.execute(IN_ORDER)
            assert len(await self._ask(text, *values)) == query.limit

    async def rows(self, tables: Sequence[str]) -> list[int]:
        return [await self._own.connection.fetchval(f'SELECT count(*) FROM "{self._schema}".{each}') for each in tables]  # noqa: S608

    def scans(self, table: str) -> set[Scan]:
        return {scan for scan in self._own.scans if scan.table == table}

    @property
    def kinds(self) -> set[str]:
        return self._own.kinds

    async def _ask(self, text: str, *values: Any) -> list[Any]:
        self._own.forget()
        rows: list[Any] = await self._own.connection.fetch(text, *values)
        return rows


@pytest.fixture
async def scene(new_store: NewStore, postgres_url: str, schema: str) -> AsyncIterator[Scene]:
    store = new_store()
    await store.open()
    own = await explained(postgres_url)
    scene = Scene(store, own, schema)
    for _ in range(6):
        assert await scene.insert(inserted()) is None
        assert await scene.claim(None) == await scene.claim([WORKFLOW]) == await scene.load() == []
    yield scene
    await own.connection.close()


async def _fill(store: Store, first: int, workflow: str) -> None:
    for number in range(first, first + MANY // PER_RUN):
        run = run_id(number)
        await make(store, created(run, by=ANN, workflow=workflow), *(remote(f"{n}", run=run) for n in range(PER_RUN)))


@pytest.mark.parametrize("workflows", [None, [WORKFLOW]])
async def test_of_many_due_steps_a_claim_reads_those_that_it_takes(scene: Scene, workflows: list[str] | None) -> None:
    await _fill(scene.store, 1_000, WORKFLOW)
    claimed = await scene.claim(workflows)
    assert [row["workflow"] for row in claimed] == [WORKFLOW] * LIMIT
    assert scene.scans("workflow_step") == {
        Scan("workflow_step", "workflow_step_due", LIMIT),
        Scan("workflow_step", "workflow_step_pkey", LIMIT),
    }
    assert scene.scans("workflow_runs") == {Scan("workflow_runs", "workflow_runs_pkey", LIMIT)}
    assert "Sort" not in scene.kinds


async def test_a_claim_goes_past_the_steps_of_other_workflows_by_the_index(scene: Scene) -> None:
    await _fill(scene.store, 1_000, "busy")
    await _fill(scene.store, 2_000, WORKFLOW)
    claimed = await scene.claim([WORKFLOW])
    assert [row["workflow"] for row in claimed] == [WORKFLOW] * LIMIT
    assert {scan.by for scan in scene.scans("workflow_step")} == {"workflow_step_due", "workflow_step_pkey"}
    assert {scan.by for scan in scene.scans("workflow_runs")} == {"workflow_runs_pkey"}
    assert max(scan.rows for scan in scene.scans("workflow_step")) == MANY + LIMIT
    assert "Sort" not in scene.kinds


async def test_of_a_long_run_only_the_steps_that_are_asked_for_are_read(scene: Scene) -> None:
    await make(scene.store, created(by=ANN), *(inserted(f"{n}") for n in range(MANY)))
    rows = await scene.load()
    assert sorted(row["key"] for row in rows if row["key"]) == ["7", "8"]
    read = {scan for scan in scene.scans("workflow_step") if scan.rows}
    assert read == {Scan("workflow_step", "workflow_step_pkey", 2)}
    assert scene.scans("workflow_runs") == {Scan("workflow_runs", "workflow_runs_pkey", 1)}


async def test_of_many_running_runs_a_batch_and_a_renewal_read_those_that_they_name(scene: Scene) -> None:
    named = [run_id(number) for number in range(LIMIT)]
    await make(scene.store, *(created(run, by=ANN) for run in named))
    await make(scene.store, *(inserted("pay", scheduled(), run) for run in named))
    await scene.apply(*(moved(standing=running(), run=run) for run in named), *(woken(run) for run in named))
    await scene.renew(named)
    await make(scene.store, *(created(run_id(1_000 + number), by=ANN) for number in range(MANY // PER_RUN)))
    by_key_once = Scan("workflow_runs", "workflow_runs_pkey", LIMIT)

    await scene.apply(*(moved(was=StepStatus.RUNNING, run=run) for run in named), *(woken(run) for run in named))
    assert scene.scans("workflow_runs") == {by_key_once}
    await scene.apply(*(inserted(key, run=run) for run in named for key in ("bill", "ship")))
    assert scene.scans("workflow_runs") == {by_key_once, Scan("workflow_runs", "workflow_runs_pkey", 2 * LIMIT)}
    await scene.renew(named)
    assert scene.scans("workflow_runs") == {by_key_once}
    assert await scene.insert(inserted("send", run=named[0]))
    assert scene.scans("workflow_runs") == {Scan("workflow_runs", "workflow_runs_pkey", 1)}


async def test_of_many_runs_that_ended_a_page_reads_those_that_it_lists(scene: Scene) -> None:
    runs = [run_id(number) for number in range(1_000)]
    await make(scene.store, *(created(run, by=ANN) for run in runs), *(ended(run=run) for run in runs))
    for workflow in (None, WORKFLOW):
        await scene.list_bare(
            RunQuery(statuses=list(RunStatus)[1:], workflow=workflow, ended_for=0, limit=LIMIT, bare=True)
        )
        assert [scan.rows for scan in scene.scans("workflow_runs")] == [LIMIT]
        assert "Sort" not in scene.kinds


async def test_a_deletion_reads_what_is_of_the_runs_that_it_names_and_leaves_nothing_of_them(scene: Scene) -> None:
    named = [run_id(number) for number in range(LIMIT)]
    for runs in (named, [run_id(1_000 + number) for number in range(MANY // PER_RUN)]):
        lost = FailedAttempt(1, LOST, 5)
        await make(scene.store, *(created(run, by=ANN) for run in runs))
        await make(scene.store, *(inserted("pay", scheduled(0, 2, lost), run=run) for run in runs))
        await make(scene.store, *(ended(run=run) for run in runs))
    await scene.apply(*(deleted(run) for run in named))
    tables = ("workflow_runs", "workflow_step", "workflow_step_history")
    for table in tables:
        assert {(scan.by is None, scan.rows) for scan in scene.scans(table)} == {(False, LIMIT)}
    assert await scene.rows(tables) == [MANY // PER_RUN] * len(tables)
