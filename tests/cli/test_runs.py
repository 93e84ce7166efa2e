"""`pikku runs`: filters, pages, and looking without leaving a trace."""

from datetime import datetime
from pathlib import Path

import pytest
from tests.cli.surroundings import Shop, run_id

from pikku.engine.settle import Stopped, run_over
from pikku.model.ids import RunId


@pytest.fixture
def filled(shop: Shop) -> Shop:
    """Three runs: 1 and 2 are running, 3 is cancelled; 2 and 3 are tagged."""
    shop.leave(run_id(1))
    shop.leave(run_id(2), "welcome", tags=("people", "new"))
    shop.leave(run_id(3), "welcome", tags=("people",))
    shop.apply(run_over(RunId(run_id(3)), None, Stopped("not needed")))
    return shop


def listed(shop: Shop, *arguments: str) -> list[int]:
    ran = shop.pikku("runs", *arguments, "--json")
    assert ran.code == 0
    return [int(run["run_id"][-4:]) for run in ran.json]


def test_runs_are_listed_newest_first_in_aligned_text(filled: Shop) -> None:
    ran = filled.pikku("runs")
    lines = ran.out.splitlines()
    assert lines[0].split() == ["RUN", "WORKFLOW", "STATUS", "AGE", "TOOK", "ERROR"]
    assert lines[1].startswith(f"{run_id(3)}  welcome   cancelled  ")
    assert lines[1].endswith("not needed")
    assert lines[3].startswith(f"{run_id(1)}  naps      running    ")
    assert "\x1b" not in ran.out


def test_runs_are_filtered_by_status_workflow_and_tags(filled: Shop) -> None:
    assert listed(filled) == [3, 2, 1]
    assert listed(filled, "--status", "running") == [2, 1]
    assert listed(filled, "--status", "running", "--status", "cancelled") == [3, 2, 1]
    assert listed(filled, "--workflow", "welcome") == [3, 2]
    assert listed(filled, "--tag", "people") == [3, 2]
    assert listed(filled, "--tag", "people", "--tag", "new") == [2]


def test_runs_are_filtered_by_age(filled: Shop) -> None:
    assert listed(filled, "--since", "2h") == [3, 2, 1]
    assert listed(filled, "--since", "10000y") == [3, 2, 1]
    assert listed(filled, "--since", "0s") == []
    assert listed(filled, "--older-than", "1d") == []
    assert listed(filled, "--older-than", "0ms") == [3, 2, 1]


def test_a_page_goes_on_after_the_last_run_of_the_one_before(filled: Shop) -> None:
    assert listed(filled, "--limit", "2") == [3, 2]
    assert listed(filled, "--limit", "2", "--before", run_id(2)[-6:]) == [1]


def test_json_has_times_in_iso_8601_and_decoded_payloads(shop: Shop) -> None:
    shop.start("welcome", '{"name": "Ada"}')
    (run,) = shop.pikku("runs", "--json").json
    assert (run["input"], run["output"]) == ({"name": "Ada"}, {"greeting": "Hello Ada"})
    assert run["tags"] == ["people", "new"]
    assert datetime.fromisoformat(run["created_at"]) <= datetime.fromisoformat(run["completed_at"])


def test_no_runs_is_no_error(filled: Shop) -> None:
    ran = filled.pikku("runs", "--workflow", "nothing")
    assert (ran.code, ran.out, ran.err) == (0, "", "no runs\n")
    assert filled.pikku("runs", "--workflow", "nothing", "--json").json == []


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--status", "compelted"], "there is no status 'compelted'; did you mean 'completed'?"),
        (["--since", "2x"], "'2x' is not a duration; write"),
        (["--older-than", "yesterday"], "'yesterday' is not a duration; write"),
        (["--limit", "0"], "'--limit': 0 is not in the range"),
        (["--limit", "many"], "'--limit': 'many' is not a valid integer"),
        (["--before", "ffffff"], "there is no run 'ffffff'"),
        (["--lmit", "1"], "no such option '--lmit'"),
        (["surplus"], "unexpected extra argument (surplus)"),
        (["--store", "pikku.db"], "'pikku.db' is not the address of a store: it has no scheme"),
        (["--store", "sqlite:///other.db"], "there is no store at other.db yet"),
        (["--store", "file:other"], "there is no store at other yet"),
        (
            ["--store", "sqlite:///shop_under_test.py"],
            "shop_under_test.py is not a SQLite database, not a store of Pikku",
        ),
        (["--app", "nowhere:app"], "there is no module 'nowhere'"),
    ],
)
def test_bad_input_is_one_line(filled: Shop, arguments: list[str], problem: str) -> None:
    before = set(Path().iterdir())
    ran = filled.pikku("runs", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert problem in ran.err
    assert len(ran.err.splitlines()) == 1
    assert {path.name for path in set(Path().iterdir()) - before} <= {"pikku.db-shm", "pikku.db-wal", "__pycache__"}


@pytest.mark.parametrize("arguments", [["runs"], ["show", "abcdef"], ["history", "abcdef"], ["cancel", "abcdef"]])
@pytest.mark.parametrize("application", ["", "shop_under_test:app"])
def test_looking_creates_no_store(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, arguments: list[str], application: str
) -> None:
    monkeypatch.setenv("PIKKU_APP", application)
    ran = shop.pikku(*arguments)
    message = "there is no store at pikku.db yet; start a run first, or name one with --store"
    assert (ran.code, ran.err) == (2, f"pikku: {message}\n")
    assert not Path("pikku.db").exists()


def test_the_store_of_the_applications_services_is_looked_at(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("own_store.py").write_text(
        "from pikku import Pikku, Services, WorkflowService\n"
        "from pikku.stores.sqlite import SqliteStore\n"
        "from shop_under_test import gives_up\n"
        "class Own(Services):\n"
        "    def __init__(self) -> None: self.workflow_service = WorkflowService(SqliteStore('own.db'))\n"
        "app = Pikku(services=Own)\n"
        "app.wire_workflow(name='gives up', func=gives_up)\n"
    )
    monkeypatch.setenv("PIKKU_APP", "own_store:app")
    started = shop.start("gives up")
    assert [run["run_id"] for run in shop.pikku("runs", "--json").json] == [started]
    assert Path("own.db").exists()
    assert not Path("pikku.db").exists()


def test_a_configured_store_is_looked_at_without_importing_the_application(
    filled: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("pikku.config.json").write_text('{"store": "sqlite:///pikku.db", "app": "nowhere:app"}')
    monkeypatch.delenv("PIKKU_APP")
    assert listed(filled) == [3, 2, 1]
    assert filled.pikku("cancel", run_id(1)).code == 0
