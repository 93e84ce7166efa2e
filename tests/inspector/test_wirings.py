"""Applications, wirings and queue workers are found however they are written."""

from pathlib import Path

import pytest
from tests.inspector.projects import function_names, inspected, lines, workflow_names

from pikku.model.graph import DYNAMIC

SHOP = {
    "shop/__init__.py": "",
    "shop/functions.py": """
        from pikku import func
        @func
        def send(ctx): ...
    """,
    "shop/workflows.py": """
        from pikku import workflow_func
        @workflow_func
        async def onboard(ctx): ...
        @workflow_func
        async def leave(ctx): ...
    """,
}
HEAD = """
from pikku import Pikku
from shop.workflows import onboard, leave
from shop.functions import send
from functools import partial
app = Pikku(include=["shop.functions"])
"""
LEAVE = "\napp.wire_workflow(name='leave', func=leave)\n"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("app.wire_workflow(name='in', func=onboard)", ["in"]),
        ("NAME = 'in'\napp.wire_workflow(name=NAME, func=onboard)", ["in"]),
        ("body = onboard\napp.wire_workflow(name='in', func=body)", ["in"]),
        ("app.wire_workflow(**{'name': 'in', 'func': onboard})", ["in"]),
        ("options = {'name': 'in', 'func': onboard}\napp.wire_workflow(**options)", ["in"]),
        ("wire = app.wire_workflow\nwire(name='in', func=onboard)", ["in"]),
        ("wire = partial(app.wire_workflow, tags=['t'])\nwire(name='in', func=onboard)", ["in"]),
        ("for name, body in {'in': onboard}.items():\n    app.wire_workflow(name=name, func=body)", ["in"]),
        ("for name, body in [('in', onboard)]:\n    app.wire_workflow(name=name, func=body)", ["in"]),
        ("for body in (onboard,):\n    app.wire_workflow(name=body.__name__, func=body)", ["onboard"]),
        (
            "ALL = {'a': onboard, 'b': onboard}\nfor n, f in ALL.items():\n    app.wire_workflow(name=n, func=f)",
            ["a", "b"],
        ),
        ("def wire(app):\n    app.wire_workflow(name='in', func=onboard)", ["in"]),
        ("if True:\n    app.wire_workflow(name='in', func=onboard)", ["in"]),
        (
            "import pikku\nasync def f(ctx): ...\ng = pikku.workflow_func(f)\napp.wire_workflow(name='in', func=g)",
            ["in"],
        ),
    ],
)
def test_a_wiring_is_found_with_its_name(tmp_path: Path, text: str, names: list[str]) -> None:
    found = inspected(tmp_path, {**SHOP, "shop/app.py": HEAD + LEAVE + text})
    assert workflow_names(found) == sorted([*names, "leave"])
    assert [each for each in lines(found) if not each.startswith("shop/workflows.py")] == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("app.wire_workflow(name=input(), func=onboard)", "PKU111"),
        ("app.wire_workflow(func=onboard)", "PKU111"),
        ("app.wire_workflow(**input())", "PKU111"),
        ("app.wire_workflow(name='in', func=input())", "PKU111"),
        ("for name in input():\n    app.wire_workflow(name=name, func=onboard)", "PKU111"),
        ("def wire(body):\n    app.wire_workflow(name='in', func=body)", "PKU111"),
        ("app.wire_workflow(name='in', func=send)", "PKU236"),
        ("app.wire_workflow(name='in')", "PKU236"),
        ("app.wire_queue_worker(queue_name=input(), func=send)", "PKU111"),
        ("app.wire_queue_worker(queue_name='q', func=input())", "PKU111"),
        ("app.add_functions(input())", "PKU111"),
        ("app.add_functions(*input())", "PKU111"),
        ("other = Pikku(include=[input()])", "PKU111"),
        ("other = Pikku(include=input())", "PKU111"),
    ],
)
def test_what_cannot_be_known_is_a_finding_where_it_is_written(tmp_path: Path, text: str, code: str) -> None:
    found = inspected(tmp_path, {**SHOP, "shop/app.py": HEAD + LEAVE + text})
    assert code in [each.code for each in found.diagnostics if each.place.file == "shop/app.py"]
    assert all(each.place.line > HEAD.count("\n") for each in found.diagnostics if each.place.file == "shop/app.py")


def test_a_name_that_cannot_be_known_is_dynamic_and_the_workflow_is_there(tmp_path: Path) -> None:
    found = inspected(tmp_path, {**SHOP, "shop/app.py": HEAD + LEAVE + "app.wire_workflow(name=input(), func=onboard)"})
    assert workflow_names(found) == [DYNAMIC, "leave"]


def test_a_workflow_that_may_be_wired_where_nobody_can_know_is_not_called_unwired(tmp_path: Path) -> None:
    text = """
        from pikku import Pikku, workflow_func
        @workflow_func
        async def onboard(ctx): ...
        def wire(app, body):
            app.wire_workflow(name="in", func=body)
        wire(Pikku(), onboard)
    """
    assert lines(inspected(tmp_path, {"shop.py": text})) == ["shop.py:6 PKU111"]


def test_an_application_of_another_module_is_wired_here(tmp_path: Path) -> None:
    files = {
        **SHOP,
        "shop/app.py": HEAD,
        "shop/wirings.py": """
            from shop import app as home
            from shop.workflows import leave, onboard
            home.app.wire_workflow(name="in", func=onboard)
            home.app.wire_workflow(name="out", func=leave)
        """,
    }
    found = inspected(tmp_path, files)
    assert [(each.name, each.wired_at.file) for each in found.manifest.workflows] == [
        ("in", "shop/wirings.py"),
        ("out", "shop/wirings.py"),
    ]
    assert found.diagnostics == ()
    assert found.manifest.wiring_modules == ("shop.app", "shop.functions", "shop.wirings")


def test_an_application_is_described(tmp_path: Path) -> None:
    text = """
        from contextlib import asynccontextmanager
        from collections.abc import AsyncIterator
        from pikku import Pikku
        class Own: ...
        @asynccontextmanager
        async def services() -> AsyncIterator[Own]:
            yield Own()
        app: Pikku[Own] = Pikku(services, include=["shop.functions", __name__])
    """
    (app,) = inspected(tmp_path, {**SHOP, "shop/app.py": text}).manifest.applications
    assert (app.module, app.variable, app.place.line) == ("shop.app", "app", 9)
    assert app.include == ("shop.functions", "shop.app")
    assert app.services is not None
    assert app.services.qualified == "shop.app.Own"


@pytest.mark.parametrize(
    "text",
    [
        "def make():\n    return Pikku(include=['shop.functions'])\napp = make()",
        "def make():\n    made = Pikku(include=['shop.functions'])\n    return made\napp = make()",
        "class Shop(Pikku): ...\napp = Shop(include=['shop.functions'])",
        "app = Pikku[int](include=('shop.functions',))",
        "MODULES = ['shop.functions']\napp = Pikku(include=[*MODULES])",
        "app = Pikku(None, 'shop.functions')",
        "from shop import functions\napp = Pikku(include=[functions.__name__])",
    ],
)
def test_an_application_may_be_made_in_many_ways(tmp_path: Path, text: str) -> None:
    files = {**SHOP, "shop/app.py": f"from pikku import Pikku\n{text}\n"}
    (app,) = inspected(tmp_path, files).manifest.applications
    assert (app.module, app.variable, app.include) == ("shop.app", "app", ("shop.functions",))


def test_queue_workers_and_what_is_added_are_in_the_application(tmp_path: Path) -> None:
    text = """
        from pikku import Pikku, func
        app = Pikku()
        @func(name="resize.image")
        def resize(ctx): ...
        @func
        def crop(ctx): ...
        app.wire_queue_worker(queue_name="images", func=resize)
        app.add_functions(crop)
    """
    found = inspected(tmp_path, {"shop.py": text})
    (worker,) = found.manifest.queue_workers
    assert (worker.queue_name, worker.function, worker.qualname) == ("images", "resize.image", "resize")
    assert found.diagnostics == ()


def test_a_function_that_a_module_imports_is_included_with_it(tmp_path: Path) -> None:
    files = {
        **SHOP,
        "shop/all.py": "from shop.functions import send\n",
        "app.py": "from pikku import Pikku\napp = Pikku(include=['shop.all'])\n",
    }
    found = inspected(tmp_path, files)
    assert function_names(found) == ["send"]
    assert [each for each in lines(found) if "PKU304" in each] == []


def test_what_is_wired_may_be_in_a_file_that_is_not_inspected(tmp_path: Path) -> None:
    from tests.inspector.projects import write

    from pikku.inspector.inspection import inspect
    from pikku.inspector.project import Project

    write(tmp_path, {**SHOP, "shop/app.py": HEAD + "app.wire_workflow(name='in', func=onboard)"})
    found = inspect(Project(tmp_path, sources=(Path("shop/app.py"),)))
    assert workflow_names(found) == ["in"]


def test_a_workflow_of_a_library_is_taken_on_trust(tmp_path: Path) -> None:
    text = "from pikku import Pikku\nfrom library import body\napp = Pikku()\napp.wire_workflow(name='in', func=body)\n"
    found = inspected(tmp_path, {"shop.py": text})
    (workflow,) = found.manifest.workflows
    assert (workflow.module, workflow.qualname, workflow.steps) == ("library", "body", ())
    assert found.diagnostics == ()


def test_tests_are_not_part_of_the_application_unless_they_are_asked_for(tmp_path: Path) -> None:
    from pikku.inspector.inspection import inspect
    from pikku.inspector.project import Project

    found = inspected(tmp_path, {"tests/test_shop.py": "from pikku import func\n@func\ndef send(ctx): ...\n"})
    assert function_names(found) == []
    assert function_names(inspect(Project(tmp_path, sources=(Path("tests"),)))) == ["send"]
