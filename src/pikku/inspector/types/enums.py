"""Enums as JSON Schema: their values are stored, not their names."""

import ast
from collections.abc import Collection
from typing import Any


def enum_schema(node: ast.ClassDef, roots: Collection[str]) -> dict[str, Any] | None:
    """The values of the members; `None` when one of these is computed."""
    values: list[str | int] = []
    for statement in node.body:
        if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
            continue
        name = statement.targets[0].id
        if name.startswith("_"):
            continue
        value = _value(name, statement.value, roots, values)
        if value is None:
            return None
        values.append(value)
    is_plain = all(isinstance(each, str) for each in values) or all(isinstance(each, int) for each in values)
    return {"enum": values} if values and is_plain else None


def _value(name: str, node: ast.expr, roots: Collection[str], before: list[str | int]) -> str | int | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str | int):
        return node.value
    if isinstance(node, ast.Call) and not node.args and ast.unparse(node.func).rpartition(".")[2] == "auto":
        numbers = [each for each in before if isinstance(each, int)]
        return name.lower() if "enum.StrEnum" in roots else max(numbers, default=0) + 1
    return None
