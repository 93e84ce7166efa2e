"""`pikku recover`: takes over what is due, and leaves alone what has an owner."""

import signal
import time

import pytest
from tests.cli.surroundings import Shop, run_id

from pikku.model.change import Lease
from pikku.model.run import RunStatus


def test_due_runs_are_taken_over_listed_and_finished(shop: Shop) -> None:
    shop.leave(run_id(1), "works")
    ran = shop.pikku("recover")
    lines = ran.out.splitlines()
    assert ran.code == 0
    assert lines[0].split() == ["RUN", "WORKFLOW", "AGE"]
    assert lines[1].startswith(f"{run_id(1)}  works")
    assert lines[2].startswith(f"{run_id(1)}  completed after ")
    assert [run.status for run in shop.runs()] == [RunStatus.COMPLETED]


def test_a_run_that_fails_makes_it_exit_with_1(shop: Shop) -> None:
    shop.leave(run_id(1), "broken")
    shop.leave(run_id(2), "gives up")
    ran = shop.pikku("recover")
    assert ran.code == 1
    assert f"{run_id(1)}  failed: Declined: no money [E402]" in ran.out
    assert f"{run_id(2)}  cancelled: not needed" in ran.out


def test_json_is_a_list_of_how_the_runs_ended(shop: Shop) -> None:
    shop.leave(run_id(1), "broken")
    ran = shop.pikku("recover", "--json")
    assert ran.code == 1
    assert [(run["run_id"], run["status"], run["error"]["code"]) for run in ran.json] == [(run_id(1), "failed", "E402")]
    assert shop.pikku("recover", "--json").json == []


def test_nothing_to_recover_is_no_error(shop: Shop) -> None:
    ran = shop.pikku("recover")
    assert (ran.code, ran.out, ran.err) == (0, "", "nothing to recover\n")


def test_why_running_runs_are_not_taken_over_is_told(shop: Shop) -> None:
    shop.leave(run_id(1), lease=Lease("host:1:ab", 60_000))
    shop.leave(run_id(2), "unheard of")
    ran = shop.pikku("recover")
    assert ran.code == 0
    assert "1 run is owned by a process that lives or died just now: the next lease ends in " in ran.err
    assert "1 run is of workflows that this application does not know" in ran.err
    assert len(ran.err.splitlines()) == 1


def test_recovering_needs_an_application(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIKKU_APP")
    ran = shop.pikku("recover")
    assert ran.code == 2
    assert "set PIKKU_APP=package.module:name" in ran.err


def test_a_run_whose_process_was_killed_goes_on(shop: Shop) -> None:
    process = shop.process("start", "works", PIKKU_LEASE="300ms")
    assert process.stdout is not None
    started = process.stdout.readline().strip()
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    time.sleep(0.5)
    assert f"{started}  completed" in shop.pikku("recover").out


def test_an_interrupted_recovery_hands_the_runs_back(shop: Shop) -> None:
    shop.leave(run_id(1), "naps")
    shop.leave(run_id(2), "naps")
    process = shop.process("recover")
    assert process.stdout is not None
    for _ in range(3):
        process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.startswith("pikku: interrupted; `pikku recover` goes on with 2 runs, due in 4m5")
    assert [run.owner for run in shop.runs()] == [None, None]
