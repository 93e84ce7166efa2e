"""Files that cannot be read are findings with a place, and the rest is read all the same."""

from pathlib import Path

import pytest
from tests.inspector.projects import function_names, inspected, lines, workflow_names, write

from pikku.inspector.inspection import inspect
from pikku.inspector.project import Project

GOOD = "from pikku import func\n@func\ndef send(ctx): ...\n"


@pytest.mark.parametrize(
    ("content", "place", "problem"),
    [
        (b"# pikku\ndef f(:\n", "bad.py:2", "syntax error"),
        (b"# pikku\nx = (\n", "bad.py:2", "syntax error"),
        (b"# pikku\n\tif x:\n y\n", "bad.py:2", "syntax error"),
        (b"# pikku\nx = 1\x00\n", "bad.py:2", "NUL"),
        (b"# pikku\n\nx = '\xff\xfe'\n", "bad.py:3", "not utf-8"),
        (b"# -*- coding: klingon -*-\n# pikku\n", "bad.py:1", "encoding"),
        (b"# -*- coding: rot13 -*-\n# pikku\n", "bad.py:1", "encoding"),
        (b"# pikku\nx = " + b"(" * 300 + b")" * 300, "bad.py:2", "too many nested parentheses"),
        (b"# pikku\nx = " + b"-" * 100_000 + b"1", "bad.py:1", "too deeply"),
        (b"# pikku\nx = 0777\n", "bad.py:2", "syntax error"),
        (b"# pikku\nx = " + b"9" * 5_000, "bad.py:2", ""),
    ],
)
def test_a_bad_file_is_a_finding(tmp_path: Path, content: bytes, place: str, problem: str) -> None:
    found = inspected(tmp_path, {"bad.py": content, "good.py": GOOD})
    assert lines(found) == [f"{place} PKU001"]
    assert problem in found.diagnostics[0].message
    assert function_names(found) == ["send"]


@pytest.mark.parametrize("broken", ["functions", "flows", "app"])
def test_nothing_is_said_to_be_missing_that_may_be_in_the_bad_file(tmp_path: Path, broken: str) -> None:
    shop = {
        "functions": "from pikku import func\n@func\nasync def pay(ctx, data: int) -> int: ...\n",
        "flows": "from pikku import workflow_func\nfrom functions import pay\n@workflow_func\nasync def order(ctx):\n"
        "    await ctx.workflow.do('pay', 'pay', 1)\n    await ctx.workflow.do('again', pay, 2)\n",
        "app": "from pikku import Pikku\nfrom flows import order\napp = Pikku(include=['functions'])\n"
        "app.wire_workflow(name='order', func=order)\n",
    }
    shop[broken] += "def f(:\n"
    found = inspected(tmp_path, {f"{module}.py": text for module, text in shop.items()})
    assert lines(found) == [f"{broken}.py:{shop[broken].count(chr(10))} PKU001"]


@pytest.mark.parametrize("name", ["latin-1", "utf-16"])
def test_a_declared_encoding_is_honored_if_python_would_honor_it(tmp_path: Path, name: str) -> None:
    text = f"# -*- coding: {name} -*-\nfrom pikku import func\n@func(name='größe')\ndef send(ctx): ...\n"
    found = inspected(tmp_path, {"shop.py": text.encode("latin-1")})
    assert function_names(found) == (["größe"] if name == "latin-1" else [])
    assert len(found.diagnostics) == (0 if name == "latin-1" else 1)


def test_a_byte_order_mark_and_other_line_ends_do_no_harm(tmp_path: Path) -> None:
    found = inspected(tmp_path, {"shop.py": b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode()})
    assert function_names(found) == ["send"]
    assert found.diagnostics == ()


def test_halves_of_surrogate_pairs_can_be_written(tmp_path: Path) -> None:
    text = r"""
        from pikku import workflow
        @workflow(name="a\ud800")
        async def f(ctx):
            await ctx.workflow.do("\udfff", int)
    """
    write(tmp_path, {"shop.py": text})
    found = inspect(Project(tmp_path, cache=tmp_path / "cache"))
    assert workflow_names(found) == ["a?"]


def test_a_file_that_is_gone_and_a_source_that_never_was(tmp_path: Path) -> None:
    write(tmp_path, {"good.py": GOOD})
    (tmp_path / "gone.py").symlink_to(tmp_path / "nowhere.py")
    found = inspect(Project(tmp_path, sources=(Path("good.py"), Path("gone.py"), Path("never"))))
    assert lines(found) == ["gone.py:1 PKU001", "never:1 PKU001"]
    assert function_names(found) == ["send"]


def test_a_root_that_is_not_there(tmp_path: Path) -> None:
    found = inspect(Project(tmp_path / "nowhere"))
    assert [(each.place.file, each.code) for each in found.diagnostics] == [(".", "PKU001")]


def test_a_link_to_a_folder_above_is_not_followed_for_ever(tmp_path: Path) -> None:
    write(tmp_path, {"shop/good.py": GOOD})
    (tmp_path / "shop" / "again").symlink_to(tmp_path)
    assert function_names(inspect(Project(tmp_path))) == ["send"]


@pytest.mark.parametrize(
    "body",
    [
        "\n".join(f"    await ctx.workflow.do('step {number}', lambda: {number})" for number in range(10_000)),
        "    x = " + "+".join(["1"] * 3_000),
        "    x = " + "f(" * 90 + ")" * 90,
        "    await ctx.workflow.do('a', lambda: " + " + ".join(["ctx.x"] * 1_500) + ")",
        "    return ctx" + ".x" * 2_000,
        "\n".join("    " * (depth + 1) + "if ctx:" for depth in range(95)) + "\n" + "    " * 96 + "pass",
    ],
    ids=["long", "sum", "calls", "step", "attributes", "blocks"],
)
def test_long_and_deep_functions_are_read_or_are_findings(tmp_path: Path, body: str) -> None:
    head = "from pikku import workflow\n@workflow(name='w')\nasync def w(ctx):\n"
    tail = "\n\n@workflow(name='x')\nasync def x(ctx): ...\n"
    found = inspected(tmp_path, {"shop.py": head + body + tail})
    assert workflow_names(found) == ["w", "x"] or "PKU001" in "".join(lines(found))


def test_modules_that_import_each_other_are_read(tmp_path: Path) -> None:
    files = {
        "a.py": "from b import name\nfrom pikku import func\n@func(name=name)\ndef f(ctx): ...\n",
        "b.py": "from a import name\nfrom a import *\n",
    }
    assert lines(inspected(tmp_path, files)) == ["a.py:3 PKU111"]
