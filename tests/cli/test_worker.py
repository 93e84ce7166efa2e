"""`pikku worker`, in processes of its own: shares what is due, and leaves nothing behind when it is told to end."""

import signal
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import count

import pytest
from tests.cli.surroundings import Shop
from tests.cli.works import Works, end_of, folder_url, until
from tests.environment import LIBRARIES, marked
from tests.servers import Servers

from pikku.model.run import ExecutionMode, RunStatus
from pikku.model.step import StepStatus
from pikku.testing.servers import PostgresServer, RedisServer
from pikku.testing.servers.postgres import URL_VARIABLE

SHARES = 300
FAIR = 0.08
"""Of all steps. A lone step stays with its run, and who claims first gets more runs."""
_schemas = count()


@pytest.fixture
def works(request: pytest.FixtureRequest, shop: Shop, monkeypatch: pytest.MonkeyPatch, url: str) -> Iterator[Works]:
    monkeypatch.setenv("PIKKU_APP", "application_of_workers:app")
    monkeypatch.setenv("PIKKU_STORE", url)
    monkeypatch.setenv("PIKKU_QUEUE", "store")
    monkeypatch.delitem(sys.modules, "application_of_workers", raising=False)
    works = Works(shop, url)
    yield works
    works.close()


@pytest.fixture(scope="module")
def careful(postgres_url: str) -> Iterator[Servers]:
    """Where no store has anything to warn of: a worker says nothing but what it does."""
    with RedisServer(durable=True) as server:
        yield Servers(postgres_url, server.url())


@pytest.fixture(params=["sqlite", "postgresql", "redis"])
def url(request: pytest.FixtureRequest, shop: Shop, careful: Servers) -> str:
    """The address of a store with nothing in it."""
    if request.param == "sqlite":
        return folder_url(shop.folder)
    return careful.store_on(request.param, f"workers_{next(_schemas)}")


class TestWork:
    def test_a_run_that_is_started_here_is_executed_there(self, works: Works) -> None:
        run_id = works.start("doubles", "1")
        assert [(run.run_id, run.mode) for run in works.runs()] == [(run_id, ExecutionMode.REMOTE)]
        worker = works.worker()
        [run] = works.until_completed()
        assert run.output == 8
        assert set(works.notes("double")) == {worker.pid}

    def test_who_waits_is_given_the_result(self, works: Works) -> None:
        works.worker()
        ran = works.shop.pikku("start", "doubles", "1", "--wait")
        assert (ran.code, ran.out) == (0, "8\n")

    def test_the_parts_of_the_work_can_be_done_by_different_workers(self, works: Works) -> None:
        orchestrator = works.worker("--orchestrator")
        works.start("doubles", "1")
        until(lambda: [step.status for step in works.steps()] == [StepStatus.SCHEDULED], "the first step")
        assert works.notes("double") == []

        steps = works.worker("--steps")
        [run] = works.until_completed()
        assert run.output == 8
        assert set(works.notes("body")) == {orchestrator.pid}
        assert set(works.notes("double")) == {steps.pid}

    def test_who_only_executes_steps_begins_no_run(self, works: Works) -> None:
        steps = works.worker("--steps")
        works.start("doubles", "1")
        steps.send_signal(signal.SIGTERM)
        assert end_of(steps)[0] == 0
        assert works.notes("body") == works.notes("double") == []

    def test_the_work_can_be_divided_by_queues(self, works: Works) -> None:
        (works.shop.folder / "pikku.config.json").write_text('{"workflows": {"singleQueue": false}}')
        works.open_gate("door")
        doubling = works.worker("--queues", "workflow-doubles-orchestrator,workflow-doubles-double")
        runs = works.worker("--queues", "workflow-gate-orchestrator")
        works.start("doubles", "1")
        works.start("gate", '"door"')
        until(lambda: len([run for run in works.runs() if run.status.ended]) == 1, "the doubles")
        until(lambda: any(step.name == "wait" for step in works.steps()), "the step at the gate")
        assert works.notes("waiting-door") == []

        steps = works.worker("--queues", "workflow-blocks-orchestrator", "--queues", "workflow-gate-wait_at_gate")
        works.until_completed()
        assert set(works.notes("double")) == {doubling.pid}
        assert works.notes("passed-door") == [steps.pid]
        assert runs.poll() is None

    def test_workers_share_the_work_evenly(self, works: Works) -> None:
        # More than one could do at once: only then is there something to share.
        workers = [works.worker("--concurrency", "10") for _ in range(3)]
        works.start_many(SHARES, "doubles", 1)
        works.until_completed()
        shares = Counter(works.notes("double"))
        assert sum(shares.values()) == 3 * SHARES
        assert min(shares[worker.pid] for worker in workers) >= FAIR * 3 * SHARES, shares


class TestEnd:
    def test_what_is_being_executed_is_let_end(self, works: Works) -> None:
        worker = works.worker()
        works.start("gate", '"door"')
        works.start("gate inline", '"window"')
        works.until_noted("waiting-door")
        works.until_noted("waiting-window")
        worker.send_signal(signal.SIGTERM)
        assert worker.stderr is not None
        assert worker.stderr.readline().startswith("pikku: waiting for what is being executed")
        works.open_gate("door")
        works.open_gate("window")
        code, lines = end_of(worker)
        assert code == 0
        assert [line.startswith("pikku: the worker has ended after ") for line in lines] == [True]
        assert works.notes("passed-door") == [worker.pid]
        assert works.owners() == set()
        assert {step.status for step in works.steps()} == {StepStatus.SUCCEEDED}

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_what_takes_too_long_is_handed_back_and_executed_by_another_at_once(
        self, works: Works, number: signal.Signals
    ) -> None:
        worker = works.worker("--drain", "100ms")
        works.start("gate", '"door"')
        works.start("gate inline", '"window"')
        works.until_noted("waiting-door")
        works.until_noted("waiting-window")
        worker.send_signal(number)
        assert end_of(worker)[0] == 0
        assert works.owners() == set()
        assert works.notes("passed-door") == []

        other = works.worker()
        works.until_noted("waiting-window", 2)
        works.open_gate("door")
        works.open_gate("window")
        works.until_completed()
        assert works.notes("passed-door") == [other.pid]

    def test_a_thread_that_cannot_be_ended_does_not_keep_the_process(self, works: Works) -> None:
        worker = works.worker("--drain", "100ms")
        works.start("blocks", '"a_thread"')
        works.until_noted("blocking")
        worker.send_signal(signal.SIGTERM)
        assert end_of(worker)[0] == 0
        assert works.owners() == set()

    def test_a_loop_that_is_blocked_does_not_keep_the_process(self, works: Works) -> None:
        worker = works.worker("--drain", "0s")
        works.start("blocks", '"the_loop"')
        works.until_noted("blocking")
        worker.send_signal(signal.SIGTERM)
        code, lines = end_of(worker)
        assert code == 1
        assert (
            lines[-1] == "pikku: not everything could be handed back; other workers go on once the leases have run out"
        )

    def test_with_much_to_do_nothing_is_left_with_an_owner(self, works: Works) -> None:
        for _ in range(50):
            works.start("doubles", "1")
        worker = works.worker("--drain", "0s")
        works.until_noted("double", 3)
        worker.send_signal(signal.SIGTERM)
        assert end_of(worker)[0] == 0
        assert works.owners() == set()
        works.worker()
        assert {run.output for run in works.until_completed()} == {8}

    def test_the_second_signal_ends_it_at_once(self, works: Works) -> None:
        worker = works.worker(PIKKU_LEASE="500ms")
        works.start("gate", '"door"')
        works.until_noted("waiting-door")
        worker.send_signal(signal.SIGTERM)
        assert worker.stderr is not None
        assert worker.stderr.readline().startswith("pikku: waiting for what is being executed")
        worker.send_signal(signal.SIGTERM)
        code, lines = end_of(worker)
        assert code == 143
        assert lines == ["pikku: ended at once; other workers go on once the leases have run out"]
        works.open_gate("door")
        works.worker()
        works.until_completed()


class TestQueues:
    """Those that carry plain jobs, each beside its own kind of store."""

    @pytest.fixture(params=marked(library for library, here in LIBRARIES.items() if here))
    def carrier(self, request: pytest.FixtureRequest) -> str:
        return str(request.param)

    @pytest.fixture
    def url(self, carrier: str, careful: Servers) -> str:
        scheme = {"pgqueuer": "postgresql", "bullmq": "redis"}[carrier]
        return careful.store_on(scheme, f"workers_{next(_schemas)}")

    @pytest.fixture
    def works(self, works: Works, carrier: str, careful: Servers, monkeypatch: pytest.MonkeyPatch) -> Works:
        apart = {"bullmq": f":{careful.store_on('redis', 'queue')}"}
        monkeypatch.setenv("PIKKU_QUEUE", carrier + apart.get(carrier, ""))
        return works

    def test_runs_and_jobs_are_executed(self, works: Works) -> None:
        worker = works.worker()
        works.start("doubles", "1")
        works.open_gate("hatch")
        works.add_job("hatch")
        assert {run.output for run in works.until_completed()} == {8}
        works.until_noted("done-hatch")
        worker.send_signal(signal.SIGTERM)
        code, lines = end_of(worker)
        assert (code, len(lines)) == (0, 1)

    def test_a_job_that_takes_too_long_is_put_back_and_executed_by_another(self, works: Works) -> None:
        worker = works.worker("--drain", "100ms")
        works.add_job("hatch")
        works.start("gate", '"door"')
        works.until_noted("job-hatch")
        works.until_noted("waiting-door")
        worker.send_signal(signal.SIGTERM)
        code, lines = end_of(worker)
        assert code == 0, lines
        assert works.notes("done-hatch") == []
        assert works.owners() == set()

        other = works.worker()
        works.open_gate("hatch")
        works.open_gate("door")
        works.until_completed()
        works.until_noted("done-hatch")
        assert works.notes("done-hatch") == [other.pid]


class TestDatabase:
    @pytest.fixture
    def server(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostgresServer]:
        monkeypatch.delenv(URL_VARIABLE, raising=False)
        with PostgresServer() as server:
            yield server

    @pytest.fixture
    def url(self, server: PostgresServer) -> str:
        return server.create_database("shop")

    def test_a_worker_outlives_its_database(self, works: Works, server: PostgresServer) -> None:
        worker = works.worker()
        works.start("gate", '"door"')
        works.until_noted("waiting-door")
        with server.stopped():
            works.open_gate("door")
            works.until_noted("passed-door")
            assert worker.stderr is not None
            assert "trying again" in worker.stderr.readline()
        [run] = works.until_completed()
        assert run.output == 1
        assert works.notes("passed-door") == [worker.pid]
        worker.send_signal(signal.SIGTERM)
        code, lines = end_of(worker)
        assert code == 0
        assert [line for line in lines if "Traceback" in line] == []
        assert works.owners() == set()

    def test_without_its_database_it_ends_all_the_same(self, works: Works, server: PostgresServer) -> None:
        worker = works.worker("--drain", "100ms")
        works.start("gate", '"door"')
        works.until_noted("waiting-door")
        with server.stopped():
            worker.send_signal(signal.SIGTERM)
            code, lines = end_of(worker)
        assert code == 1
        assert lines[-1].startswith("pikku: not everything could be handed back")


@pytest.mark.parametrize("url", ["sqlite:///none.db"])
@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--queues", "nonsense"], "there is no queue called 'nonsense'; known: 'pikku-workflow-orchestrator', 'pikku"),
        (["--queues", "pikku-workflow-step"], "did you mean 'pikku-workflow-step-worker'"),
        (["--queues", "a,,b"], "a queue without a name"),
        (["--concurrency", "0"], "0 is not in the range x>=1"),
        (["--runs", "many"], "'many' is not a valid integer"),
        (["--drain", "soon"], "invalid value for '--drain': 'soon' is not a duration"),
        (
            ["--queue", "nonsense"],
            "'nonsense' is not a queue that this version knows; use one of none, store, pgqueuer, bullmq",
        ),
        (["--store", "postgresql://shop:s3cret@127.0.0.1:1/shop"], "does not answer"),
        (["--app", "nowhere:app"], "nowhere"),
    ],
)
def test_what_is_wrong_is_one_line(works: Works, options: list[str], problem: str) -> None:
    ran = works.shop.pikku("worker", *options)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    assert problem in ran.err
    assert "s3cret" not in ran.err
    assert not (works.shop.folder / "none.db").exists()


def test_the_first_line_says_what_is_done_and_where(works: Works) -> None:
    worker = works.process("worker", "--steps", "--queues", "pikku-workflow-step-worker")
    assert worker.stderr is not None
    line = worker.stderr.readline()
    worker.send_signal(signal.SIGTERM)
    assert end_of(worker)[0] == 0
    assert line.startswith("pikku: working for application_of_workers:app on ")
    assert line.endswith(" with StoreQueue(): steps of 4 functions, only in pikku-workflow-step-worker\n")


def test_a_wait_for_workers_that_is_interrupted_leaves_the_run_to_them(works: Works) -> None:
    process = works.process("start", "doubles", "1", "--wait")
    assert process.stderr is not None
    run_id = process.stderr.readline().split()[-1]
    process.send_signal(signal.SIGINT)
    code, lines = end_of(process)
    assert (code, lines) == (130, [f"pikku: interrupted; workers go on with run {run_id}"])
    works.worker()
    assert [run.status for run in works.until_completed()] == [RunStatus.COMPLETED]
