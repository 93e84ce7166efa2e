"""What an expression gives, as JSON Schema of its stored form: as much as the source tells."""

import ast
from collections.abc import Mapping

from pikku.inspector.names.symbols import Constant, Definition, External, Module, Scope
from pikku.inspector.types.classes import class_schema
from pikku.inspector.types.schema import DEFINITIONS, Schema, SchemaReader
from pikku.model.manifest import FunctionInfo

OR_MORE = "what derives from it, too"
"""In `$comment`: what is annotated with a class may be an object of a derived class, which has more fields."""

_DEEPEST = 12
_CALLS: Mapping[str, Schema] = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "len": {"type": "integer"},
}


class Offers:
    """Reads expressions within a scope. What is not known is `{}`; `definitions` has what is referred to.

    `functions` are those that steps call by name.
    """

    def __init__(self, scope: Scope, functions: Mapping[str, FunctionInfo]) -> None:
        self._scope = scope
        self._functions = functions
        self._reader = SchemaReader(class_schema)
        self._named: dict[str, Schema] = {}

    @property
    def definitions(self) -> dict[str, Schema]:
        """What `$ref` refers to, by its full name."""
        return self._named | self._reader.definitions

    def of(self, node: ast.expr, depth: int = 0) -> Schema:
        """What the expression gives."""
        if depth > _DEEPEST:
            return {}
        match node:
            case ast.Dict() | ast.List() | ast.Tuple() | ast.ListComp() | ast.JoinedStr():
                return self._display(node, depth)
            case ast.IfExp():
                return {"anyOf": [self.of(node.body, depth + 1), self.of(node.orelse, depth + 1)]}
            case ast.Await(value=ast.Call() as call):
                return self._awaited(call)
            case ast.Call():
                return self._called(node)
            case ast.Name():
                return self._name(node, depth)
            case ast.Attribute():
                return self._attribute(node, depth)
        return self._constant(node)

    def _display(self, node: ast.expr, depth: int) -> Schema:
        if isinstance(node, ast.Dict):
            return self._object(node, depth)
        if isinstance(node, ast.List | ast.Tuple):
            return self._array(node.elts, depth)
        return {"type": "string" if isinstance(node, ast.JoinedStr) else "array"}

    def _constant(self, node: ast.expr) -> Schema:
        symbol = self._scope.resolve(node)
        if isinstance(symbol, Constant):
            return {"type": "string"} if isinstance(symbol.value, bytes) else {"const": symbol.value}
        return {}

    def _object(self, node: ast.Dict, depth: int) -> Schema:
        known: dict[str, Schema] = {}
        is_whole = True
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                known[key.value] = self.of(value, depth + 1)
            else:
                is_whole, known = False, known if key is not None else {}  # `**more` may replace what stands before it
        return {"type": "object", "properties": known} | ({} if is_whole else {"additionalProperties": True})

    def _array(self, nodes: list[ast.expr], depth: int) -> Schema:
        if any(isinstance(each, ast.Starred) for each in nodes):
            return {"type": "array"}
        count = len(nodes)
        items = [self.of(each, depth + 1) for each in nodes]
        return {"type": "array", "prefixItems": items, "minItems": count, "maxItems": count, "items": False}

    def _awaited(self, call: ast.Call) -> Schema:
        if isinstance(call.func, ast.Attribute) and call.func.attr == "do" and len(call.args) > 1:
            target = call.args[1]
            symbol = self._scope.resolve(target)
            if isinstance(symbol, Constant) and isinstance(symbol.value, str):
                return self._by_name(symbol.value)
            return self._returned(target, awaited=None)
        return self._returned(call.func, awaited=True)

    def _by_name(self, name: str) -> Schema:
        function = self._functions.get(name)
        if function is None or function.result is None or function.result.schema is None:
            return {}
        schema = dict(function.result.schema)
        self._named |= schema.pop("$defs", {})
        return schema

    def _called(self, call: ast.Call) -> Schema:
        symbol = self._scope.resolve(call.func)
        if isinstance(symbol, External):
            return dict(_CALLS.get(symbol.name, {}))
        if isinstance(symbol, Definition) and isinstance(symbol.node, ast.ClassDef):
            return self._reader.of_class(symbol, self._scope) or {}
        return self._returned(call.func, awaited=False)

    def _returned(self, function: ast.expr, *, awaited: bool | None) -> Schema:
        """What a function of the project is annotated to return; `awaited` if it must be async, `None` if it may."""
        symbol = self._scope.resolve(function)
        if not isinstance(symbol, Definition) or not isinstance(symbol.node, ast.FunctionDef | ast.AsyncFunctionDef):
            return {}
        is_async = isinstance(symbol.node, ast.AsyncFunctionDef)
        if symbol.node.returns is None or (awaited is not None and awaited != is_async):
            return {}
        if not is_async and symbol.node.decorator_list and awaited is False:
            return {}  # a decorator may make something else of it
        return self._reader.part(symbol.node.returns, self._scope.inside(symbol))

    def _name(self, node: ast.Name, depth: int) -> Schema:
        annotation = self._scope.annotation_of(node.id)
        if annotation is not None:
            return _or_more(self._reader.part(annotation, self._scope))
        value = self._scope.value_of(node.id)
        if value is None:
            return self._constant(node)
        if isinstance(value, ast.Dict):
            return {"type": "object"}  # it may have got more since
        return {"type": "array"} if isinstance(value, ast.List) else self.of(value, depth + 1)

    def _attribute(self, node: ast.Attribute, depth: int) -> Schema:
        reference = self.of(node.value, depth + 1).get("$ref", "")
        owner = self.definitions.get(reference.removeprefix(DEFINITIONS), {})
        schema: Schema = owner.get("properties", {}).get(node.attr, {})
        if schema:
            return schema
        # What a class sets is only what its instances begin with.
        owned = self._scope.resolve(node.value)
        return self._constant(node) if isinstance(owned, Module | Definition) else {}


def _or_more(schema: Schema) -> Schema:
    if "anyOf" in schema:
        return {"anyOf": [_or_more(each) for each in schema["anyOf"]]}
    return {**schema, "$comment": OR_MORE} if "$ref" in schema else schema
