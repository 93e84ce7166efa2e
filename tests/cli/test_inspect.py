"""`pikku inspect`: what the source says."""

import pytest
from tests.cli.projects import CLOCK
from tests.cli.surroundings import Shop
from tests.cli.terminals import on_terminal

from pikku.cli.main import main


def test_everything_is_listed(project: Shop) -> None:
    ran = project.pikku("inspect")
    rows = [line.split() for line in ran.out.splitlines()]
    assert (ran.code, ran.err) == (0, "")
    assert ["shop:app", "shop", "shop.py:28"] in rows
    assert ["order", "3", "Order", "str", "shop", "shop.py:21"] in rows
    assert ["stock.reserve", "Order", "str", "shop.py:15"] in rows


def test_the_steps_of_a_workflow_are_a_tree(project: Shop) -> None:
    ran = project.pikku("inspect", "order")
    lines = ran.out.splitlines()
    assert lines[0] == "workflow  order"
    assert lines[-4:] == [
        "├─ rpc     reserve  stock.reserve(data)  retries=3  → held",
        "├─ if data.total > 100",
        "│  └─ sleep   time to think  1s",
        "└─ inline  pack",
    ]


def test_the_types_of_a_function_are_shown(project: Shop) -> None:
    out = project.pikku("inspect", "stock.reserve").out
    assert "about     Keep what was ordered for a while.\n" in out
    assert "data      Order\n" in out
    assert "result    str\n" in out


def test_json_has_the_names_of_the_original(project: Shop) -> None:
    shown = project.pikku("inspect", "order", "--json").json
    assert [step["type"] for step in shown["steps"]] == ["rpc", "branch", "inline"]
    assert shown["steps"][0]["stepName"] == "reserve"
    assert shown["steps"][0]["rpcName"] == "stock.reserve"
    assert [each["name"] for each in project.pikku("inspect", "--json").json["workflows"]] == ["order"]


def test_diagrams_are_of_the_named_or_only_workflow(project: Shop) -> None:
    assert project.pikku("inspect", "order", "--mermaid").out.startswith("flowchart TD\n")
    assert project.pikku("inspect", "--mermaid").out == project.pikku("inspect", "order", "--mermaid").out
    assert project.pikku("inspect", "order", "--dot").out.startswith('digraph "order" {\n')


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["oder"], "there is no workflow or function called 'oder'; did you mean 'order'?"),
        (["stock.reserve", "--dot"], "'stock.reserve' is a function, and has no steps"),
        (["order", "--json", "--dot"], "print either --json or --dot"),
    ],
)
def test_wrong_usage_is_one_line(project: Shop, arguments: list[str], line: str) -> None:
    ran = project.pikku("inspect", *arguments)
    assert (ran.code, ran.out, ran.err) == (2, "", f"pikku: {line} (see `pikku inspect --help`)\n")


def test_a_diagram_is_not_of_several_workflows(project: Shop) -> None:
    (project.folder / "shop.py").unlink()
    assert "a diagram is of one workflow; give its name" in project.pikku("inspect", "--dot").err


def test_an_empty_folder_has_nothing(project: Shop) -> None:
    (project.folder / "shop.py").unlink()
    ran = project.pikku("inspect")
    assert (ran.code, ran.out, ran.err) == (0, "", "no workflows and functions under the current folder\n")
    assert "there are no workflows and functions under the current folder" in project.pikku("inspect", "order").err


def test_that_there_are_errors_is_told_beside_what_is_shown(project: Shop) -> None:
    (project.folder / "shop.py").write_text(CLOCK)
    ran = project.pikku("inspect", "order")
    assert (ran.code, ran.err) == (0, "pikku: 1 error in 1 file: `pikku check` shows them\n")
    assert "reserve" in ran.out


def test_output_that_speaks_only_ascii_gets_an_ascii_tree(project: Shop) -> None:
    process = project.process("inspect", "order", PYTHONIOENCODING="ascii")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert out.splitlines()[-3:] == [
        "|- if data.total > 100",
        "|  `- sleep   time to think  1s",
        "`- inline  pack",
    ]


def test_on_a_terminal_kinds_of_steps_have_colours(project: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = on_terminal(monkeypatch)
    assert main(["inspect", "order"]) == 0
    lines = terminal.getvalue().splitlines()
    assert "\x1b[34mrpc     \x1b[0m\x1b[1mreserve\x1b[0m" in lines[-4]
