"""The fields of a class, as its body annotates them."""

import ast
from collections.abc import Iterator

from msgspec import Struct

from pikku.inspector.names.symbols import External, Scope
from pikku.inspector.types.constraints import constraints
from pikku.inspector.types.plain import typing_name
from pikku.inspector.types.quotes import unquoted
from pikku.inspector.types.schema import Schema, SchemaReader

_SPECIFIERS = frozenset(
    {"dataclasses.field", "msgspec.field", "attrs.field", "attr.ib", "attr.field", "attr.attrib", "pydantic.Field"}
)
_DEFAULTS = ("default", "default_factory", "factory")


class Field(Struct, frozen=True):
    """`attribute` is its name in Python, `name` in JSON; the latter is empty where it cannot be known."""

    attribute: str
    name: str
    is_required: bool
    schema: Schema


class FieldRules(Struct, frozen=True, kw_only=True):
    """How a kind of class has its fields."""

    default_makes_optional: bool
    total: bool
    skips_private: bool
    rename: str | None


def fields_of(node: ast.ClassDef, scope: Scope, rules: FieldRules, reader: SchemaReader) -> Iterator[Field]:
    """The fields that this class itself adds."""
    for statement in node.body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            continue
        name = statement.target.id
        wrappers = set(_wrappers(statement.annotation, scope))
        if wrappers & {"ClassVar", "InitVar", "KW_ONLY"} or (rules.skips_private and name.startswith("_")):
            continue
        yield _field(name, statement, wrappers, scope, rules, reader)


def _field(
    attribute: str, statement: ast.AnnAssign, wrappers: set[str], scope: Scope, rules: FieldRules, reader: SchemaReader
) -> Field:
    specifier = _specifier(statement.value, scope)
    schema = reader.part(statement.annotation, scope)
    if specifier is not None and schema:
        schema = {**schema, **constraints(specifier, schema, scope)}
    default = _default(statement.value, specifier)
    if isinstance(default, ast.Constant) and default.value is not Ellipsis and _is_json(default.value):
        schema = {**schema, "default": default.value}
    has_default = default is not None and rules.default_makes_optional
    is_required = "Required" in wrappers or (rules.total and "NotRequired" not in wrappers and not has_default)
    return Field(attribute, _json_name(attribute, specifier, rules.rename), is_required, schema)


def _wrappers(annotation: ast.expr, scope: Scope) -> Iterator[str]:
    """`ClassVar` of `ClassVar[int]`, and those within."""
    node = unquoted(annotation)
    while node is not None:
        symbol = scope.resolve(node.value if isinstance(node, ast.Subscript) else node)
        if isinstance(symbol, External) and symbol.name in ("dataclasses.InitVar", "dataclasses.KW_ONLY"):
            yield symbol.name.rpartition(".")[2]
        name = typing_name(symbol.name) if isinstance(symbol, External) else None
        if name is not None:
            yield name
        is_wrapper = name in ("ClassVar", "Required", "NotRequired", "ReadOnly", "Final", "Annotated")
        if not is_wrapper or not isinstance(node, ast.Subscript):
            return
        inner = node.slice.elts[0] if isinstance(node.slice, ast.Tuple) and node.slice.elts else node.slice
        node = unquoted(inner)


def _specifier(value: ast.expr | None, scope: Scope) -> ast.Call | None:
    """`field(default=…)` and the like."""
    if not isinstance(value, ast.Call):
        return None
    symbol = scope.resolve(value.func)
    return value if isinstance(symbol, External) and symbol.name in _SPECIFIERS else None


def _default(value: ast.expr | None, specifier: ast.Call | None) -> ast.expr | None:
    """What stands for a field that is not given; `None` when it must be given."""
    if specifier is None:
        return value
    given = [keyword.value for keyword in specifier.keywords if keyword.arg in _DEFAULTS] + specifier.args[:1]
    is_ellipsis = given and isinstance(given[0], ast.Constant) and given[0].value is Ellipsis
    return None if not given or is_ellipsis else given[0]


def _json_name(attribute: str, specifier: ast.Call | None, rename: str | None) -> str:
    for keyword in specifier.keywords if specifier else ():
        if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
            return str(keyword.value.value)
        if keyword.arg in ("alias", "validation_alias"):
            return ""
    return renamed(attribute, rename)


def renamed(name: str, rule: str | None) -> str:
    """The name that a `Struct` with `rename` gives to a field; empty for a rule that is not known."""
    first, *rest = name.split("_")
    match rule:
        case None:
            return name
        case "lower":
            return name.lower()
        case "upper":
            return name.upper()
        case "camel":
            return first + "".join(each.title() for each in rest)
        case "pascal":
            return "".join(each.title() for each in (first, *rest))
        case "kebab":
            return name.replace("_", "-")
    return ""


def _is_json(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool)
