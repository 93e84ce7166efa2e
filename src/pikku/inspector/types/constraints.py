"""What `Annotated[int, msgspec.Meta(ge=1)]`, `pydantic.Field(ge=1)` and `pikku.Secret` say of a value."""

import ast
from typing import Any

from pikku.inspector.names.symbols import External, Scope

_HOLDERS = ("msgspec.Meta", "pydantic.Field", "pydantic.fields.Field")
_SECRET = ("pikku.Secret", "pikku.model.secret.Secret")
_OF_NUMBERS = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
    "multiple_of": "multipleOf",
}
_OF_LENGTH = {"min_length": "min", "max_length": "max"}
_THINGS = {"string": "Length", "array": "Items", "object": "Properties"}


def constraints(metadata: ast.expr, schema: dict[str, Any], scope: Scope) -> dict[str, Any]:
    """The keywords that the metadata add to a schema; those that are not constants are left out."""
    symbol = scope.resolve(metadata.func if isinstance(metadata, ast.Call) else metadata)
    if not isinstance(symbol, External):
        return {}
    if symbol.name in _SECRET:
        return {"writeOnly": True}  # as JSON Schema calls what is given, and never shown
    if symbol.name not in _HOLDERS or not isinstance(metadata, ast.Call):
        return {}
    found: dict[str, Any] = {}
    for keyword in metadata.keywords:
        name, value = _keyword(keyword.arg or "", schema), _number(keyword.value)
        if name is not None and value is not None:
            found[name] = value
    return found


def _keyword(argument: str, schema: dict[str, Any]) -> str | None:
    if argument in _OF_LENGTH and (thing := _THINGS.get(schema.get("type", ""))):
        return f"{_OF_LENGTH[argument]}{thing}"
    return _OF_NUMBERS.get(argument)


def _number(node: ast.expr) -> int | float | None:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = _number(node.operand)
        return None if value is None else -value
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return node.value
    return None
