"""`pikku cancel`: ends a run from outside."""

from tests.cli.surroundings import Shop, run_id

from pikku.model.change import Lease
from pikku.model.run import RunStatus


def test_a_run_of_another_process_is_cancelled_with_the_reason(shop: Shop) -> None:
    shop.leave(run_id(111_111), lease=Lease("host:1:ab", 60_000))
    ran = shop.pikku("cancel", "111111", "--reason", "changed my mind")
    (run,) = shop.runs()
    assert (ran.code, ran.out) == (0, f"cancelled {run_id(111_111)}\n")
    assert run.status is RunStatus.CANCELLED
    assert run.error is not None
    assert run.error.message == "changed my mind"


def test_a_run_that_has_ended_is_not_cancelled(shop: Shop) -> None:
    started = shop.start("gives up")
    ran = shop.pikku("cancel", started)
    assert (ran.code, ran.err) == (2, f"pikku: run {started} is cancelled and is not changed any more\n")


def test_the_process_that_executes_the_run_hears_of_it(shop: Shop) -> None:
    process = shop.process("start", "naps")
    assert process.stdout is not None
    started = process.stdout.readline().strip()
    assert shop.pikku("cancel", started).code == 0
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (1, f"pikku: naps run {started} was cancelled: cancelled\n")
