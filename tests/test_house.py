"""The habits of the house that can be counted."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def functions(file: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(parsed(file)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield f"{file.relative_to(ROOT)}:{node.lineno} {node.name}", (node.end_lineno or 0) - node.lineno + 1


def test_no_file_is_longer_than_400_lines() -> None:
    assert [str(file) for file in SOURCES if len(file.read_text("utf-8").splitlines()) > 400] == []


def test_no_function_is_longer_than_60_lines_and_95_of_100_are_within_30() -> None:
    lengths = dict(each for file in SOURCES for each in functions(file))
    assert [name for name, length in lengths.items() if length > 60] == []
    assert sum(length <= 30 for length in lengths.values()) >= 0.95 * len(lengths)


def test_files_are_called_by_what_is_in_them() -> None:
    assert [
        file.name for file in SOURCES if {"utils", "helpers", "manager", "misc"} & {file.stem, file.parent.name}
    ] == []


def test_every_file_begins_with_what_it_is_about() -> None:
    assert [str(file) for file in SOURCES if not ast.get_docstring(parsed(file))] == []


def test_every_decision_ends_with_what_it_rules_out_and_is_listed() -> None:
    pages = [page for page in (ROOT / "docs" / "decisions").glob("*.md") if page.name != "README.md"]
    index = (ROOT / "docs" / "decisions" / "README.md").read_text("utf-8")
    assert [page.name for page in pages if f"({page.name})" not in index] == []
    for page in pages:
        assert page.read_text("utf-8").rstrip().splitlines()[-1].startswith("**What this rules out:**"), page.name
