"""Generated files at work: what they are made for does happen."""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from tests.codegen.sample import make_project

import pikku
from pikku.cli.queue_workers import worker_arguments
from pikku.model.errors import UnknownRunError


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    make_project(tmp_path, single_queue=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.chdir(tmp_path)
    import_module("shop.generated.workflow_wirings")
    yield sys.modules["shop.workflows"]
    for name in [name for name in sys.modules if name.partition(".")[0] == "shop"]:
        del sys.modules[name]


async def test_the_client_starts_runs_and_knows_only_those_of_its_workflow(shop: Any) -> None:
    client = import_module("shop.generated.workflow_client")
    async with shop.app.connect("memory://") as connected:
        workflows = client.Workflows(connected)
        handle = await workflows.buy.start({"item": "book", "address": {"street": "Main"}, "tags": ["a"]})
        receipt = await handle.result()
        assert (type(receipt).__name__, receipt.total) == ("Receipt", 2.0)
        assert await workflows.tick_tock.run() == 1
        run = await workflows.buy.get_run(handle.run_id)
        assert (run.workflow, run.status) == ("buy", "completed")
        assert (await (await workflows.buy.handle(handle.run_id)).result()) == receipt
        assert await workflows.tick_tock.get_run(handle.run_id) is None
        with pytest.raises(UnknownRunError):
            await workflows.tick_tock.cancel_run(handle.run_id)


def test_at_runtime_the_context_is_the_one_of_pikku(shop: Any) -> None:
    types = import_module("shop.generated.workflow_types")
    assert types.WorkflowContext is pikku.WorkflowContext
    assert {*types.AddressData.__annotations__} == {"street", "number"}
    assert types.AddressData.__required_keys__ >= {"street"}


async def test_each_worker_takes_its_queue(shop: Any) -> None:
    workers = import_module("shop.generated.workflow_workers")
    service = pikku.WorkflowService(pikku.MemoryStore(), pikku.StoreQueue(), single_queue=False)
    for worker in workers.QUEUE_WORKERS:
        async with shop.app.connect(service, work=worker.work) as connected:
            scope = connected.scope
            if worker.kind is pikku.QueueKind.ORCHESTRATOR:
                assert (list(scope.workflows), list(scope.lanes)) == ([worker.workflow], [])
            else:
                [lane] = scope.lanes
                assert (list(scope.workflows), list(lane.workflows or ())) == ([], [worker.workflow])
                assert list(lane.functions) == [worker.function]


def test_workers_are_started_for_the_queues_that_are_named() -> None:
    workers = [
        pikku.QueueWorker("runs", pikku.QueueKind.ORCHESTRATOR),
        pikku.QueueWorker("steps", pikku.QueueKind.STEPS),
    ]
    assert worker_arguments(workers, "shop.app:app", []) == [
        "worker", "--app", "shop.app:app", "--queues", "runs", "--queues", "steps",
    ]  # fmt: skip
    assert worker_arguments(workers, None, ["steps", "--concurrency", "5"]) == [
        "worker", "--queues", "steps", "--concurrency", "5",
    ]  # fmt: skip
