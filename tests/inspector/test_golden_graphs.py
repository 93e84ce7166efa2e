"""The graphs of the examples, of the documentation and of some rich bodies. `PIKKU_RENEW_GOLDEN=1` writes them anew."""

import ast
import os
import re
from pathlib import Path

import msgspec
import pytest
from tests.inspector.bodies.reading import read_module

from pikku.inspector.bodies import Body, graph_hash

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SAMPLES = sorted(file for file in (HERE / "samples").glob("*.py") if file.name != "__init__.py")
PAGES = ["README.md", "docs/workflows.md", "docs/testing.md"]
MARKS = ("workflow", "workflow_func")


def of_samples() -> dict[str, str]:
    return {f"tests.inspector.samples.{file.stem}": file.read_text("utf-8") for file in SAMPLES}


def of_examples() -> dict[str, str]:
    root = ROOT / "examples" / "onboarding"
    files = (file for file in sorted(root.rglob("*.py")) if file.stem != "__init__")
    return {".".join(file.relative_to(root).with_suffix("").parts): file.read_text("utf-8") for file in files}


def of_pages() -> dict[str, str]:
    blocks = (
        block
        for page in PAGES
        for block in re.findall(r"```python\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)
    )
    named = (re.match(r"# ([\w/]+)\.py\n", block) for block in blocks)
    return {match[1].replace("/", "."): match.string for match in named if match}


TEXTS = {**of_samples(), **of_examples(), **of_pages()}


def is_marked(function: ast.AST) -> bool:
    decorators = getattr(function, "decorator_list", [])
    names = (each.func if isinstance(each, ast.Call) else each for each in decorators)
    return any(isinstance(name, ast.Name) and name.id in MARKS for name in names)


def marked() -> list[tuple[str, str]]:
    functions = [(module, each) for module, text in TEXTS.items() for each in ast.walk(ast.parse(text))]
    return [
        (module, each.name) for module, each in functions if isinstance(each, ast.AsyncFunctionDef) and is_marked(each)
    ]


@pytest.mark.parametrize(("module", "name"), marked(), ids=lambda each: each.rpartition(".")[2])
def test_the_graph_of_a_workflow_is_the_golden_one(module: str, name: str) -> None:
    body = read_module(TEXTS, module, name)
    golden = HERE / "golden" / f"graph_{module.rpartition('.')[2]}_{name}.json"
    text = as_json(body)
    if os.environ.get("PIKKU_RENEW_GOLDEN"):
        golden.write_text(text, "utf-8")
    assert golden.read_text("utf-8") == text


def test_no_golden_graph_is_left_over() -> None:
    wanted = {f"graph_{module.rpartition('.')[2]}_{name}.json" for module, name in marked()}
    assert {file.name for file in (HERE / "golden").glob("graph_*.json")} == wanted


def as_json(body: Body) -> str:
    data = msgspec.json.encode({"graphHash": graph_hash(body.steps), "steps": body.steps})
    return msgspec.json.format(data, indent=2).decode() + "\n"
