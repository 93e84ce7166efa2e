"""Annotations as JSON Schema: what the stored form of their values looks like."""

import ast
from collections.abc import Callable
from typing import Any

from pikku.inspector.names.symbols import Constant, Definition, External, Scope
from pikku.inspector.types.constraints import constraints
from pikku.inspector.types.plain import ARRAYS, LEAVES, OBJECTS, SETS, TUPLES, typing_name
from pikku.inspector.types.quotes import elements, unquoted

Schema = dict[str, Any]
"""JSON Schema. What can be anything is `{}`."""

DEFINITIONS = "#/$defs/"
_DEEPEST = 60


class SchemaReader:
    """Reads annotations; the classes that they lead to are in `definitions`, by their full name, and live in `modules`.

    A part that the source does not tell is `{}`: any value fits it. `of_class` reads classes, and by this reader their fields.
    """

    def __init__(self, of_class: "OfClass") -> None:
        self._of_class = of_class
        self.definitions: dict[str, Schema] = {}
        self.modules: set[str] = set()
        self._untold: set[str] = set()
        self._depth = 0

    def document(self, schema: Schema) -> Schema:
        """A schema that stands alone, with the definitions that it needs."""
        if not self.definitions:
            return schema
        return {**schema, "$defs": {name: self.definitions[name] for name in sorted(self.definitions)}}

    def read(self, annotation: ast.expr, scope: Scope) -> Schema | None:
        """The schema of what is annotated so; `None` when the source does not tell."""
        meant = unquoted(annotation)
        if meant is None or self._depth > _DEEPEST:
            return None
        self._depth += 1
        try:
            return self._read(meant, scope)
        finally:
            self._depth -= 1

    def part(self, annotation: ast.expr, scope: Scope) -> Schema:
        """The schema of a part of something: what is not told can be anything."""
        return self.read(annotation, scope) or {}

    def _read(self, node: ast.expr, scope: Scope) -> Schema | None:
        match node:
            case ast.Constant(value=None):
                return {"type": "null"}
            case ast.BinOp(op=ast.BitOr()):
                return self._any_of([node.left, node.right], scope)
            case ast.Subscript():
                return self._subscript(node, scope)
            case ast.Name() | ast.Attribute():
                return self._name(node, scope)
        return None

    def _name(self, node: ast.expr, scope: Scope) -> Schema | None:
        match scope.resolve(node):
            case Constant(value=None):
                return {"type": "null"}
            case Definition(node=ast.ClassDef()) as found:
                return self.of_class(found, scope)
            case External(name=name):
                return self._of_library(name)
        bound = scope.binding(node)
        return None if bound is None else self._alias(*bound)

    def _alias(self, value: ast.expr, scope: Scope) -> Schema | None:
        """A type alias is what it stands for, a `NewType` what it is made of."""
        if not isinstance(value, ast.Call):
            return self.read(value, scope)
        symbol = scope.resolve(value.func)
        if isinstance(symbol, External) and typing_name(symbol.name) == "NewType" and len(value.args) == 2:
            return self.read(value.args[1], scope)
        return None

    def _of_library(self, name: str) -> Schema | None:
        if name in LEAVES:
            return dict(LEAVES[name])
        if name in ARRAYS or name in TUPLES:
            return {"type": "array"}
        if name in SETS:
            return {"type": "array", "uniqueItems": True}
        return {"type": "object"} if name in OBJECTS else None

    def of_class(self, definition: Definition, scope: Scope) -> Schema | None:
        """A reference to the class' definition, which is read once; a class may lead to itself."""
        name = f"{definition.module}.{definition.qualname}"
        if name in self._untold:
            return None
        if name not in self.definitions:
            self.definitions[name] = {}
            schema = self._of_class(definition, scope.inside(definition), self)
            if schema is None:
                self._untold.add(name)
                del self.definitions[name]
                return None
            self.definitions[name] = {"title": definition.qualname.rpartition(".")[2], **schema}
            self.modules.add(definition.module)
        return {"$ref": f"{DEFINITIONS}{name}"}

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Schema | None:
        inner = elements(node.slice)
        symbol = scope.resolve(node.value)
        if not inner and not (isinstance(symbol, External) and symbol.name in TUPLES):
            return None  # only a tuple may have nothing in it
        match symbol:
            case External(name=name) if special := _SPECIAL.get(typing_name(name) or ""):
                return special(self, inner, scope)
            case External(name=name):
                return self._container(name, inner, scope)
            case Definition(node=ast.ClassDef()):
                return self.read(node.value, scope)
        return None

    def _container(self, name: str, inner: list[ast.expr], scope: Scope) -> Schema | None:
        if name in ARRAYS or name in SETS:
            items = self.part(inner[0], scope)
            schema: Schema = {"type": "array"} | ({"items": items} if items else {})
            return schema | {"uniqueItems": True} if name in SETS else schema
        if name in TUPLES:
            return self._tuple(inner, scope)
        if name in OBJECTS and len(inner) == 2:
            values = self.part(inner[1], scope)
            return {"type": "object"} | ({"additionalProperties": values} if values else {})
        return None

    def _tuple(self, inner: list[ast.expr], scope: Scope) -> Schema:
        if len(inner) == 2 and isinstance(inner[1], ast.Constant) and inner[1].value is Ellipsis:
            each = self.part(inner[0], scope)
            return {"type": "array"} | ({"items": each} if each else {})
        parts = [] if len(inner) == 1 and isinstance(inner[0], ast.Tuple) else inner  # tuple[()]
        count = len(parts)
        items = {"prefixItems": [self.part(each, scope) for each in parts], "items": False} if parts else {}
        return {"type": "array", "minItems": count, "maxItems": count, **items}

    def _any_of(self, parts: list[ast.expr], scope: Scope) -> Schema | None:
        schemas: list[Schema] = []
        for part in parts:
            schema = self.part(part, scope)
            for each in schema.get("anyOf", [schema]):
                if each not in schemas:
                    schemas.append(each)
        if {} in schemas:
            return None  # one of them can be anything
        return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}

    def _optional(self, parts: list[ast.expr], scope: Scope) -> Schema | None:
        return self._any_of([*parts, ast.Constant(value=None)], scope)

    def _literal(self, parts: list[ast.expr], scope: Scope) -> Schema | None:
        values = [part.value for part in parts if isinstance(part, ast.Constant)]
        plain = all(value is None or isinstance(value, str | int) for value in values)
        return {"enum": values} if plain and len(values) == len(parts) else None

    def _annotated(self, parts: list[ast.expr], scope: Scope) -> Schema | None:
        schema = self.read(parts[0], scope)
        if schema is None:
            return None
        limits = [constraints(each, schema, scope) for each in parts[1:]]
        return {**schema, **{name: limit for each in limits for name, limit in each.items()}}

    def _same(self, parts: list[ast.expr], scope: Scope) -> Schema | None:
        return self.read(parts[0], scope)


_SPECIAL = {
    "Optional": SchemaReader._optional,
    "Union": SchemaReader._any_of,
    "Literal": SchemaReader._literal,
    "Annotated": SchemaReader._annotated,
    "Required": SchemaReader._same,
    "NotRequired": SchemaReader._same,
    "ReadOnly": SchemaReader._same,
    "Final": SchemaReader._same,
}

OfClass = Callable[[Definition, Scope, SchemaReader], Schema | None]
"""The schema of a class, for the scope of its body."""
