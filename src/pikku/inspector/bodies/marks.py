"""The name of a function that is marked with `@func`."""

import ast

from pikku.inspector.names.symbols import Constant, Definition, External, Scope
from pikku.model.graph import DYNAMIC

_FUNC = External("pikku.func")
_PARTIAL = External("functools.partial")
_DEEPEST = 8


def rpc_name_of(definition: Definition, scope: Scope) -> str | None:
    """The name under which steps call it; `None` if it is not marked."""
    node = definition.node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return None
    inside = scope.inside(definition)
    for decorator in node.decorator_list:
        name = _name_given(decorator, inside, node.name, 0)
        if name is not None:
            return name
    return None


def _name_given(decorator: ast.expr, scope: Scope, own: str, depth: int) -> str | None:
    """The name that a decorator gives: `func`, `func(…)`, or what stands for one of them, as `ours = func(raises=[…])`."""
    if depth > _DEEPEST:
        return None
    if scope.resolve(decorator) == _FUNC:
        return own
    if isinstance(decorator, ast.Call):
        is_partial = scope.resolve(decorator.func) == _PARTIAL and bool(decorator.args)
        base = decorator.args[0] if is_partial else decorator.func
        name = _name_given(base, scope, own, depth + 1)
        return name if name is None else _keyword(decorator, scope, name)
    bound = scope.binding(decorator)
    return None if bound is None else _name_given(bound[0], bound[1], own, depth + 1)


def _keyword(call: ast.Call, scope: Scope, name: str) -> str:
    for keyword in call.keywords:
        if keyword.arg == "name":
            symbol = scope.resolve(keyword.value)
            if isinstance(symbol, Constant):
                return name if symbol.value is None else str(symbol.value)
            return DYNAMIC
    return name
