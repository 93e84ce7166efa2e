"""Generated texts: the same for the same source, tidy, valid for whatever names there are."""

import ast
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.codegen.sample import make_project

from pikku.codegen import folder_of, render
from pikku.inspector.inspection import inspect
from pikku.inspector.project import Project
from pikku.model.graph import DYNAMIC, Fanout, RpcStep
from pikku.model.manifest import ApplicationInfo, FunctionInfo, Manifest, QueueWorkerInfo, TypeRef, WorkflowInfo
from pikku.model.place import Place

HERE = Place("shop/app.py", 1, 1)
HOSTILE = [
    "a b",
    "class",
    "1st",
    'quo"te',
    "back\\slash",
    "new\nline",
    "__init__",
    "é",
    "self",
    "a..b",
    ".",
    "None",
    '"""',
    "日本",
]
FILES = {
    "__init__.py",
    "workflow_client.py",
    "workflow_meta.json",
    "workflow_types.py",
    "workflow_wirings.py",
    "workflow_workers.py",
}


def function(name: str, **more: Any) -> FunctionInfo:
    return FunctionInfo(name=name, module="shop.app", qualname="f", place=HERE, **more)


def workflow(name: str, **more: Any) -> WorkflowInfo:
    return WorkflowInfo(name=name, module="shop.app", qualname="w", place=HERE, wired_at=HERE, **more)


def hostile() -> Manifest:
    data = TypeRef("X", "typing.Any", ("typing",))
    return Manifest(
        functions=tuple(function(name, description=name, takes_data=True, data=data) for name in HOSTILE),
        workflows=tuple(workflow(name, description=name, graph_hash="0" * 12) for name in HOSTILE),
        queue_workers=tuple(
            QueueWorkerInfo(queue_name=name, function=name, module="m", qualname="f", place=HERE) for name in HOSTILE
        ),
    )


def imported(texts: Mapping[str, str], name: str) -> dict[str, Any]:
    names: dict[str, Any] = {"__name__": name}
    exec(compile(texts[f"{name}.py"], name, "exec"), names)  # noqa: S102  our own text
    return names


def test_there_are_five_files_and_a_package(tmp_path: Path) -> None:
    manifest = make_project(tmp_path / "a")
    assert set(render(manifest)) == FILES
    for name, text in render(manifest).items():
        assert "do not edit" in text
        assert text.endswith("\n")
        if name.endswith(".py"):
            ast.parse(text)
    assert render(make_project(tmp_path / "b")) == render(manifest), "the place of the project does not matter"


def test_moving_code_and_commenting_it_change_nothing(tmp_path: Path) -> None:
    before = render(make_project(tmp_path))
    for file in tmp_path.glob("shop/*.py"):
        text = file.read_text("utf-8")
        head, separator, rest = text.partition('"""\n')
        file.write_text(f"{head}{separator}# a comment\n\n\n{rest}", "utf-8")
    assert render(inspect(Project(tmp_path, (tmp_path / "shop",))).manifest) == before


@pytest.mark.parametrize("more", [0, 25])
def test_formatters_would_leave_it_as_it_is(tmp_path: Path, more: int) -> None:
    make_project(tmp_path, more=more)
    folder = tmp_path / "shop" / "generated"
    for width in ("88", "120"):
        assert formatted(folder, width) == 0
    for file in folder.glob("*.py"):  # not only because they are told to
        file.write_text(file.read_text("utf-8").replace("# fmt: off\n", ""), "utf-8")
    assert formatted(folder, "120") == 0


def formatted(folder: Path, width: str) -> int:
    ruff = Path(sys.executable).parent / "ruff"
    command = [str(ruff), "format", "--check", "--isolated", "--line-length", width, str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode


def test_any_name_gives_valid_files() -> None:
    texts = render(hostile())
    client = imported(texts, "workflow_client")
    workflows = client["Workflows"](None)
    assert sorted(each.name for each in vars(workflows).values()) == sorted(HOSTILE)
    workers = imported(texts, "workflow_workers")["QUEUE_WORKERS"]
    assert sorted(worker.function for worker in workers if worker.function) == sorted(HOSTILE)
    assert imported(texts, "workflow_wirings")["GRAPH_HASHES"] == dict.fromkeys(HOSTILE, "0" * 12)
    assert set(json.loads(texts["workflow_meta.json"])["functions"]) == set(HOSTILE)
    overloads = [node for node in ast.walk(ast.parse(texts["workflow_types.py"])) if isinstance(node, ast.Constant)]
    assert set(HOSTILE) <= {node.value for node in overloads}


def test_an_empty_application_gives_valid_files() -> None:
    texts = render(Manifest())
    for name in ("workflow_client", "workflow_types", "workflow_workers", "workflow_wirings"):
        imported(texts, name)


def test_of_two_of_one_name_the_first_counts_and_their_order_does_not_matter() -> None:
    one = Manifest(functions=(function("b"), function("a")), workflows=(workflow("w", description="first"),))
    more = Manifest(
        functions=(function("a"), function("b"), function("b")),
        workflows=(workflow("w", description="first"), workflow("w", description="second")),
    )
    assert render(one) == render(more)


def test_metadata_have_the_originals_keys_and_no_places(tmp_path: Path) -> None:
    meta = json.loads(render(make_project(tmp_path))["workflow_meta.json"])
    buy = meta["workflows"]["buy"]
    assert buy["pikkuFuncId"] == "shop.workflows.buy"
    assert buy["steps"][0] == {
        "type": "rpc",
        "stepName": "Charge",
        "rpcName": "charge",
        "outputVar": "receipt",
        "data": "data",
    }
    assert [step["rpcName"] for step in buy["steps"]] == ["charge", "email.send", "email"]
    assert list(buy["input"]["schema"]["$defs"]["shop.model.Order"]["properties"])[:2] == ["item", "address"]
    assert '"place"' not in json.dumps(meta)


class TestWorkers:
    def manifest(self) -> Manifest:
        pay = RpcStep(place=HERE, step_name="Pay", rpc_name="pay")
        ship = RpcStep(place=HERE, step_name="Ship", rpc_name="ship")
        each = Fanout(place=HERE, mode="parallel", item="i", source="items", steps=(ship,))
        unknown = RpcStep(place=HERE, step_name="Any", rpc_name=DYNAMIC)
        return Manifest(
            applications=(ApplicationInfo(module="shop.app", variable="app", place=HERE),),
            functions=(function("pay"), function("ship")),
            workflows=(workflow("buy", steps=(pay, each)), workflow("sell", steps=(unknown,)), workflow("wait")),
            queue_workers=(
                QueueWorkerInfo(queue_name="reports", function="pay", module="m", qualname="f", place=HERE),
            ),
        )

    def test_a_single_queue_has_one_worker_for_runs_and_one_for_steps(self) -> None:
        workers = imported(render(self.manifest()), "workflow_workers")
        assert workers["ORCHESTRATOR"].work.orchestrate
        assert workers["STEP_WORKER"].work.steps
        assert [worker.queue for worker in workers["QUEUE_WORKERS"]] == [
            "pikku-workflow-orchestrator",
            "pikku-workflow-step-worker",
            "reports",
        ]

    def test_otherwise_each_workflow_has_its_own_and_each_function_that_its_steps_call(self) -> None:
        workers = imported(render(self.manifest(), False), "workflow_workers")["QUEUE_WORKERS"]
        assert [(worker.queue, worker.workflow, worker.function) for worker in workers] == [
            ("workflow-buy-orchestrator", "buy", ""),
            ("workflow-buy-pay", "buy", "pay"),
            ("workflow-buy-ship", "buy", "ship"),
            ("workflow-sell-orchestrator", "sell", ""),
            ("workflow-sell-pay", "sell", "pay"),
            ("workflow-sell-ship", "sell", "ship"),
            ("workflow-wait-orchestrator", "wait", ""),
            ("reports", "", "pay"),
        ]
        assert workers[1].work.queues == ("workflow-buy-pay",)
        assert (workers[1].work.orchestrate, workers[1].work.steps) == (False, True)


@pytest.mark.parametrize(
    ("path", "folders", "place"),
    [
        (None, [], "pikku_generated"),
        (None, ["src/shop"], "src/pikku_generated"),
        ("shop.generated", ["shop"], "shop/generated"),
        ("shop.generated", ["src/shop"], "src/shop/generated"),
        ("src/shop/generated/", [], "src/shop/generated"),
        ("src/workflows/pikku.workflows.gen.ts", [], "src/workflows"),
        ("./generated", [], "generated"),
    ],
)
def test_where_files_go(tmp_path: Path, path: str | None, folders: list[str], place: str) -> None:
    for folder in folders:
        (tmp_path / folder).mkdir(parents=True)
    assert folder_of(path, tmp_path) == tmp_path / place
