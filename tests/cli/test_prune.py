"""`pikku prune`: deletes runs that have ended."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from tests.cli.surroundings import Shop, is_one_line, run_id

from pikku.model.ids import RunId
from pikku.model.run import RunStatus
from pikku.stores.sqlite import SqliteStore
from pikku.testing import VirtualClock
from pikku.testing.contracts.scene import ANN, created, ended

COMPLETED, FAILED = RunStatus.COMPLETED, RunStatus.FAILED


@pytest.fixture
def old(shop: Shop) -> Shop:
    """With a run of each workflow and end, number by number: three days old, two, one; and one of now that still runs."""
    for number, (days, workflow, status) in enumerate(
        [
            (3, "naps", COMPLETED),
            (2, "says", FAILED),
            (2, "naps", COMPLETED),
            (1, "naps", FAILED),
            (1, "says", COMPLETED),
        ]
    ):
        _lived(shop, number, days, workflow, status)
    shop.leave(run_id(9), "says")
    return shop


def _lived(shop: Shop, number: int, days: int, workflow: str, status: RunStatus) -> None:
    run = RunId(run_id(number))

    async def write() -> None:
        clock = VirtualClock(datetime.now(UTC) - timedelta(days=days, hours=1))
        store = SqliteStore(shop.folder / "pikku.db", clock=clock)
        await store.open()
        await store.apply([created(run, by=ANN, workflow=workflow), ended(status, run)])
        await store.close()

    asyncio.run(write())


def _left(shop: Shop) -> set[int]:
    return {int(run.run_id[-3:]) for run in shop.runs()}


def test_what_is_older_is_deleted_and_counted(old: Shop) -> None:
    ran = old.pikku("prune", "--older-than", "2d")
    assert (ran.code, ran.err) == (0, "")
    assert [line.split() for line in ran.out.splitlines()] == [
        ["WORKFLOW", "STATUS", "RUNS"],
        ["naps", "completed", "2"],
        ["says", "failed", "1"],
        ["deleted", "3", "runs"],
    ]
    assert _left(old) == {3, 4, 9}
    again = old.pikku("prune", "--older-than", "2d")
    assert (again.code, again.out) == (0, "deleted 0 runs\n")


def test_a_dry_run_says_the_same_and_deletes_nothing(old: Shop) -> None:
    # The oldest of "naps" is too old and too many: it is counted once.
    asked = ("prune", "--older-than", "2d", "--keep", "2", "--json")
    dry, done = old.pikku(*asked, "--dry-run").json, old.pikku(*asked).json
    assert dry == {**done, "dry_run": True}
    assert done["total"] == 3
    assert _left(old) == {3, 4, 9}


@pytest.mark.parametrize(
    ("asked", "left"),
    [
        (["--keep", "1"], {3, 4, 9}),
        (["--keep", "0", "--workflow", "naps"], {1, 4, 9}),
        (["--older-than", "0s", "--status", "failed"], {0, 2, 4, 9}),
        (["--older-than", "0s", "--status", "failed", "--status", "completed", "--workflow", "says"], {0, 2, 3, 9}),
    ],
)
def test_only_some(old: Shop, asked: list[str], left: set[int]) -> None:
    assert old.pikku("prune", *asked).code == 0
    assert _left(old) == left


def test_without_more_it_does_what_is_configured(old: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    is_one_line(old.pikku("prune"), "no retention is configured; say which runs may go with --older-than 30d")
    monkeypatch.setenv("PIKKU_RETENTION", '{"age": "2d", "failedAge": "30d"}')
    assert old.pikku("prune", "--workflow", "says").out == "deleted 0 runs\n"
    assert old.pikku("prune").out.endswith("deleted 2 runs\n")
    assert _left(old) == {1, 3, 4, 9}


def test_what_makes_no_sense_is_refused(old: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    is_one_line(old.pikku("prune", "--older-than", "2x"), "'2x' is not a duration")
    is_one_line(old.pikku("prune", "--older-than", "1d", "--status", "running"), "a running run is not deleted")
    is_one_line(old.pikku("prune", "--older-than", "1d", "--status", "faild"), "did you mean 'failed'?")
    is_one_line(old.pikku("prune", "--workflow", "nap"), "'nap'")
    monkeypatch.delenv("PIKKU_APP")
    is_one_line(old.pikku("prune", "--keep", "1"), "--keep is about the workflows of an application")
    assert len(_left(old)) == 6


@pytest.mark.parametrize(("answer", "count"), [("n", 6), ("y", 3)])
def test_who_sits_at_the_terminal_is_asked(old: Shop, monkeypatch: pytest.MonkeyPatch, answer: str, count: int) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.confirm", lambda text, **options: answer == "y")
    ran = old.pikku("prune", "--older-than", "2d")
    assert ran.out.splitlines()[-1] == ("deleted 3 runs" if answer == "y" else "nothing was deleted")
    assert len(_left(old)) == count
