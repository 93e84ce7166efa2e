"""Ctrl-C and SIGTERM: the run is handed back, and one line says who goes on with it."""

import signal
import time

import pytest
from tests.cli.surroundings import Shop

from pikku.model.run import RunStatus


@pytest.fixture(params=["uvloop", "asyncio"], autouse=True)
def installed(request: pytest.FixtureRequest, shop: Shop) -> None:
    """With uvloop, and as if it were not installed."""
    if request.param == "asyncio":
        (shop.folder / "uvloop.py").write_text("raise ImportError")


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_the_run_is_handed_back(shop: Shop, number: signal.Signals, code: int) -> None:
    process = shop.process("start", "naps")
    assert process.stdout is not None
    started = process.stdout.readline().strip()
    _wait_until_waiting(shop)
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    (run,) = shop.runs()
    assert process.returncode == code
    assert err.startswith(f"pikku: interrupted; `pikku recover` goes on with run {started}, due in 4m5")
    assert len(err.splitlines()) == 1
    assert (run.status, run.owner) == (RunStatus.RUNNING, None)


def test_what_is_being_executed_ends_first_and_a_run_that_has_ended_by_that_counts(shop: Shop) -> None:
    process = shop.process("start", "works")
    assert process.stdout is not None
    started = process.stdout.readline().strip()
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    (run,) = shop.runs()
    assert err.startswith("pikku: waiting for what is being executed")
    assert (process.returncode, run.run_id, run.status) == (0, started, RunStatus.COMPLETED)


def test_the_second_signal_ends_the_process_at_once(shop: Shop) -> None:
    process = shop.process("start", "works", PIKKU_LEASE="300ms")
    assert process.stdout is not None
    started = process.stdout.readline().strip()
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.endswith("ended at once; `pikku recover` goes on once the lease has run out\n")
    time.sleep(0.5)
    assert f"{started}  completed" in shop.pikku("recover").out


def test_the_memory_store_promises_nothing(shop: Shop) -> None:
    process = shop.process("start", "naps", "--store", "memory://")
    assert process.stdout is not None
    started = process.stdout.readline().strip()
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert err == f"pikku: interrupted; run {started} ended with this process, because the store is its memory\n"


def _wait_until_waiting(shop: Shop) -> None:
    deadline = time.monotonic() + 20
    while not any(run.waiting_on for run in shop.runs()):
        assert time.monotonic() < deadline, "the run does not begin to wait"
        time.sleep(0.05)
