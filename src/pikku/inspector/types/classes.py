"""Classes as JSON Schema: dataclasses, TypedDicts, NamedTuples, Structs, attrs, pydantic models, enums."""

import ast
from collections.abc import Iterator
from enum import Enum
from typing import Any

from msgspec import Struct

from pikku.inspector.names.symbols import Definition, External, Scope
from pikku.inspector.types.enums import enum_schema
from pikku.inspector.types.fields import Field, FieldRules, fields_of
from pikku.inspector.types.schema import Schema, SchemaReader

LAX = "pydantic: what can be converted fits, too"
"""In `$comment`: such a model takes `"5"` for a number."""

_DEEPEST = 20


class Kind(Enum):
    """What makes a class storable."""

    DATACLASS = "dataclass"
    ATTRS = "attrs"
    TYPED_DICT = "TypedDict"
    NAMED_TUPLE = "NamedTuple"
    STRUCT = "Struct"
    PYDANTIC = "pydantic"
    ENUM = "enum"


_BASES = {
    "typing.TypedDict": Kind.TYPED_DICT,
    "typing_extensions.TypedDict": Kind.TYPED_DICT,
    "typing.NamedTuple": Kind.NAMED_TUPLE,
    "msgspec.Struct": Kind.STRUCT,
    "pydantic.BaseModel": Kind.PYDANTIC,
    "enum.Enum": Kind.ENUM,
    "enum.StrEnum": Kind.ENUM,
    "enum.IntEnum": Kind.ENUM,
}
_ATTRS = ("define", "frozen", "mutable", "s", "attrs", "dataclass")
_DECORATORS = {"dataclasses.dataclass": Kind.DATACLASS} | {
    f"{home}.{name}": Kind.ATTRS for home in ("attr", "attrs") for name in _ATTRS
}
_NEUTRAL = frozenset({"object", "str", "int", "abc.ABC", "typing.Generic", "typing.Protocol"})


class Ancestor(Struct, frozen=True):
    """A class of the project that another one is made of, and the scope to read its body in."""

    node: ast.ClassDef
    scope: Scope


class Family(Struct, frozen=True):
    """A class with its ancestors, the oldest first, and the names of the library classes at the root."""

    members: tuple[Ancestor, ...]
    roots: frozenset[str]


def class_schema(definition: Definition, scope: Scope, reader: SchemaReader) -> Schema | None:
    """The schema of a class; `None` when it is of no kind that can be read, or says things that only its execution tells."""
    node = definition.node
    if not isinstance(node, ast.ClassDef):
        return None
    family = _family(Ancestor(node, scope))
    kind = _kind_of(family)
    if kind is None or family.roots - _BASES.keys() - _NEUTRAL:
        return None
    if kind is Kind.ENUM:
        return enum_schema(node, family.roots)
    options = _options(family) if kind in (Kind.STRUCT, Kind.TYPED_DICT) else {}
    if options is None or (kind is Kind.PYDANTIC and _has_own_ways(family)):
        return None
    fields = _fields(family, kind, options, reader)
    if kind is Kind.NAMED_TUPLE or options.get("array_like") is True:
        return _array(fields, kind)
    return _object(fields, kind, options, node.name)


def _family(youngest: Ancestor) -> Family:
    roots: set[str] = set()
    members = [member for each in _lineage(youngest, roots, 0) for member in each]
    once = {id(member.node): member for member in members}
    return Family(tuple(once.values()), frozenset(roots))


def _lineage(member: Ancestor, roots: set[str], depth: int) -> Iterator[list[Ancestor]]:
    for base in reversed(member.node.bases):
        plain = base.value if isinstance(base, ast.Subscript) else base
        symbol = member.scope.resolve(plain)
        if isinstance(symbol, Definition) and isinstance(symbol.node, ast.ClassDef) and depth < _DEEPEST:
            yield from _lineage(Ancestor(symbol.node, member.scope.inside(symbol)), roots, depth + 1)
        else:
            roots.add(symbol.name if isinstance(symbol, External) else ast.unparse(plain))
    yield [member]


def _kind_of(family: Family) -> Kind | None:
    for root in sorted(family.roots):
        if root in _BASES:
            return _BASES[root]
    for member in reversed(family.members):
        for decorator in member.node.decorator_list:
            symbol = member.scope.resolve(decorator.func if isinstance(decorator, ast.Call) else decorator)
            if isinstance(symbol, External) and symbol.name in _DECORATORS:
                return _DECORATORS[symbol.name]
    return None


def _options(family: Family) -> dict[str, Any] | None:
    """What stands beside the bases, `class A(Struct, tag=True)`; `None` when one of these is not a constant."""
    options: dict[str, Any] = {}
    for member in family.members:
        for keyword in member.node.keywords:
            if keyword.arg is None or not isinstance(keyword.value, ast.Constant):
                return None
            options[keyword.arg] = keyword.value.value
    return options


def _has_own_ways(family: Family) -> bool:
    """Whether a model has aliases by rule, or validators that may accept anything."""
    return any(_is_own_way(statement) for member in family.members for statement in member.node.body)


def _is_own_way(statement: ast.stmt) -> bool:
    match statement:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return any("validator" in ast.unparse(each) for each in statement.decorator_list)
        case ast.ClassDef(name=name):
            return name == "Config"
        case ast.Assign() | ast.AnnAssign():
            text = ast.unparse(statement)
            return "model_config" in text and "alias" in text
    return False


def _fields(family: Family, kind: Kind, options: dict[str, Any], reader: SchemaReader) -> list[Field]:
    rename = options.get("rename") if kind is Kind.STRUCT else None
    found: dict[str, Field] = {}
    for member in family.members:
        # Each TypedDict says of its own fields whether they must be there.
        total = all(keyword.arg != "total" or _is_true(keyword.value) for keyword in member.node.keywords)
        rules = FieldRules(
            default_makes_optional=kind is not Kind.TYPED_DICT,
            total=total,
            skips_private=kind is Kind.PYDANTIC,
            rename=rename if isinstance(rename, str) else None,
        )
        for field in fields_of(member.node, member.scope, rules, reader):
            found[field.attribute] = field
    return list(found.values())


def _is_true(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is True


def _array(fields: list[Field], kind: Kind) -> Schema:
    required = sum(field.is_required for field in fields)
    most = {"maxItems": len(fields)} if kind is Kind.NAMED_TUPLE else {}
    return {"type": "array", "prefixItems": [field.schema for field in fields], "minItems": required, **most}


def _object(fields: list[Field], kind: Kind, options: dict[str, Any], class_name: str) -> Schema:
    properties = {field.name: field.schema for field in fields if field.name}
    required = [field.name for field in fields if field.is_required and field.name]
    tag = options.get("tag")
    if kind is Kind.STRUCT and (tag or "tag_field" in options):
        key = options.get("tag_field") or "type"
        value = class_name if tag in (True, None) else tag
        properties, required = {key: {"enum": [value]}, **properties}, [key, *required]
    schema: Schema = {"type": "object", "properties": properties, "required": required}
    if options.get("forbid_unknown_fields") is True:
        schema["additionalProperties"] = False
    return schema | {"$comment": LAX} if kind is Kind.PYDANTIC else schema
