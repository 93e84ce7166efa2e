"""Functions and workflows are found however they are marked."""

from pathlib import Path

import pytest
from tests.inspector.projects import function_names, inspected, lines, workflow_names

from pikku.model.graph import DYNAMIC

HEAD = """
from functools import partial
from pikku import func, workflow, workflow_func, Pikku
import pikku
import pikku as p
class Declined(Exception): ...
NAME = "email.send"
"""


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@func\ndef send(ctx): ...", ["send"]),
        ("@func()\ndef send(ctx): ...", ["send"]),
        ("@pikku.func\ndef send(ctx): ...", ["send"]),
        ("@p.func(name='x')\nasync def send(ctx): ...", ["x"]),
        ("@func(name=None)\ndef send(ctx): ...", ["send"]),
        ("@func(name=NAME)\ndef send(ctx): ...", ["email.send"]),
        ("@func(name=NAME + '.now')\ndef send(ctx): ...", ["email.send.now"]),
        ("@func(name=f'{NAME}.now')\ndef send(ctx): ...", ["email.send.now"]),
        ("@func(**{'name': 'x'})\ndef send(ctx): ...", ["x"]),
        ("options = dict(name='x')\n@func(**options)\ndef send(ctx): ...", ["x"]),
        ("step = func\n@step\ndef send(ctx): ...", ["send"]),
        ("step = func(raises=[Declined])\n@step\ndef send(ctx): ...", ["send"]),
        ("step = partial(func, raises=[Declined])\n@step\ndef send(ctx): ...", ["send"]),
        ("step = partial(func, raises=[Declined])\n@step(name='x')\ndef send(ctx): ...", ["x"]),
        ("step = partial(partial(func, name='y'), raises=[])\n@step(name='x')\ndef send(ctx): ...", ["x"]),
        ("@partial(func, name='x')\ndef send(ctx): ...", ["x"]),
        ("def step(f):\n    'Ours.'\n    return func(f)\n@step\ndef send(ctx): ...", ["send"]),
        ("def step(f):\n    return func(name='x')(f)\n@step\ndef send(ctx): ...", ["x"]),
        ("def step(name):\n    return func(name=name)\n@step('x')\ndef send(ctx): ...", ["x"]),
        ("def step(label):\n    return func(name=label)\n@step(label='x')\ndef send(ctx): ...", ["x"]),
        ("def step(n):\n def mark(f):\n  return func(name=n)(f)\n return mark\n@step('x')\ndef send(ctx): ...", ["x"]),
        ("def step(**more):\n    return func(raises=[], **more)\n@step(name='x')\ndef send(ctx): ...", ["x"]),
        ("def plain(ctx): ...\nsend = func(name='x')(plain)", ["x"]),
        ("def plain(ctx): ...\nfunc(plain)", ["plain"]),
        ("class Steps:\n    @staticmethod\n    @func\n    def send(ctx): ...", ["send"]),
        ("def test():\n    @func\n    def send(ctx): ...", ["send"]),
        ("if True:\n    @func\n    def send(ctx): ...", ["send"]),
        ("def func(f): return f\n@func\ndef send(ctx): ...", []),
        ("@staticmethod\ndef send(ctx): ...", []),
    ],
)
def test_a_function_is_found_with_its_name(tmp_path: Path, text: str, names: list[str]) -> None:
    found = inspected(tmp_path, {"shop.py": HEAD + text})
    assert function_names(found) == names
    assert [each for each in lines(found) if "PKU304" not in each] == []


def test_a_mark_of_another_module_of_the_project_is_followed(tmp_path: Path) -> None:
    found = inspected(
        tmp_path,
        {
            "shop/__init__.py": "",
            "shop/marks.py": "from pikku import func\nstep = func(raises=[ValueError])\n",
            "shop/door.py": "from .marks import step as our_step\n",
            "shop/functions.py": "from shop.door import our_step\n@our_step\ndef send(ctx): ...\n",
        },
    )
    (send,) = found.manifest.functions
    assert (send.name, send.module, send.raises) == ("send", "shop.functions", ("ValueError",))


def test_a_function_is_described(tmp_path: Path) -> None:
    text = '''
        from pikku import func
        class Declined(Exception): ...

        @func(raises=[Declined, KeyError], cpu=True)
        def charge(ctx, data: list[int]) -> str:
            """Take the money.

            All of it.
            """
    '''
    (charge,) = inspected(tmp_path, {"shop.py": text}).manifest.functions
    assert charge.raises == ("shop.Declined", "KeyError")
    assert (charge.cpu, charge.is_async, charge.takes_data) == (True, False, True)
    assert charge.description == "Take the money."
    assert charge.data is not None
    assert charge.result is not None
    assert (charge.data.text, charge.result.text) == ("list[int]", "str")
    assert (charge.place.file, charge.place.line, charge.place.column) == ("shop.py", 6, 1)


def test_columns_count_characters(tmp_path: Path) -> None:
    found = inspected(tmp_path, {"shop.py": "from pikku import func\nif 'äöü': f = func(name=input('ä'))(print)\n"})
    assert [(each.place.column, each.code) for each in found.diagnostics] == [(15, "PKU111")]


@pytest.mark.parametrize(
    "text",
    [
        "@func(name=input())\ndef send(ctx): ...",
        "@func(**input())\ndef send(ctx): ...",
        "def step(f):\n    print(f)\n    return func(f)\n@step\ndef send(ctx): ...",
        "for name in input():\n    @func(name=name)\n    def send(ctx): ...",
        "sent = func(input())",
    ],
)
def test_what_cannot_be_known_is_a_finding(tmp_path: Path, text: str) -> None:
    found = inspected(tmp_path, {"shop.py": HEAD + text})
    assert [each.code for each in found.diagnostics] == ["PKU111"]
    assert set(function_names(found)) <= {DYNAMIC}


def test_a_name_of_our_own_decorator_that_cannot_be_followed_is_dynamic(tmp_path: Path) -> None:
    text = "def step(f):\n    g = func(name='x')\n    return g(f)\n@step\ndef send(ctx): ...\n"
    found = inspected(tmp_path, {"shop.py": HEAD + text})
    assert function_names(found) == [DYNAMIC]
    assert "PKU111" in "".join(lines(found))


def test_workflows_are_found_with_what_is_said_about_them(tmp_path: Path) -> None:
    text = """
        from pikku import workflow
        TAGS = ["users"]
        @workflow(name="onboarding", description="In", tags=[*TAGS, "new"], execution_mode="inline", version="2", docs="D")
        async def onboard(ctx, data: int) -> str: ...
    """
    found = inspected(tmp_path, {"shop.py": text})
    (onboarding,) = found.manifest.workflows
    assert (onboarding.name, onboarding.qualname, onboarding.description) == ("onboarding", "onboard", "In")
    assert (onboarding.tags, onboarding.execution_mode) == (("users", "new"), "inline")
    assert (onboarding.version, onboarding.docs) == ("2", "D")
    assert (onboarding.place.line, onboarding.wired_at.line) == (5, 4)
    assert found.diagnostics == ()


def test_a_workflow_that_is_only_marked_is_not_wired(tmp_path: Path) -> None:
    found = inspected(tmp_path, {"shop.py": HEAD + "@workflow_func\nasync def onboard(ctx): ...\n"})
    assert workflow_names(found) == []
    assert lines(found) == ["shop.py:9 PKU302"]


def test_a_workflow_without_a_name_is_a_finding(tmp_path: Path) -> None:
    found = inspected(tmp_path, {"shop.py": HEAD + "@workflow()\nasync def onboard(ctx): ...\n"})
    assert [each.code for each in found.diagnostics] == ["PKU111"]
    assert workflow_names(found) == [DYNAMIC]
