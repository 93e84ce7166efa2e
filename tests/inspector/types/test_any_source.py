"""Whatever is written, it is read without an exception: every expression of this project, as a type and as data."""

import ast
from pathlib import Path

import pytest

from pikku.inspector.names.scope import scope_of_texts
from pikku.inspector.names.symbols import Definition
from pikku.inspector.types import misfit, type_of

ROOT = Path(__file__).parents[3]
FILES = sorted([*ROOT.glob("src/pikku/model/*.py"), *ROOT.glob("tests/e2e/*.py"), *ROOT.glob("tests/typing/*.py")])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_expression_is_a_type_or_none_and_fits_or_not(file: Path) -> None:
    text = file.read_text("utf-8")
    module = scope_of_texts({"module": text}, "module")
    wanted = {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found = module.resolve(ast.Name(node.name))
            scope = module.inside(found) if isinstance(found, Definition) else module
            for expression in (each for each in ast.walk(node) if isinstance(each, ast.expr)):
                assert type_of(expression, scope).qualified
                problem = misfit(expression, wanted, scope)
                assert problem is None or problem.isprintable()
