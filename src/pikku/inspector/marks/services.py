"""The type that all functions of an application share."""

import ast

from pikku.inspector.marks.arguments import Argument
from pikku.inspector.names.symbols import Definition
from pikku.inspector.types import type_of
from pikku.model.manifest import TypeRef

_WRAPPERS = {
    "AsyncIterator",
    "AsyncGenerator",
    "Iterator",
    "Generator",
    "Awaitable",
    "Coroutine",
    "AbstractAsyncContextManager",
    "AsyncContextManager",
}


def services_type(factory: Argument) -> TypeRef | None:
    """What a factory of services returns, awaits or yields, by its annotation; `None` if that is not known."""
    symbol = factory.scope.resolve(factory.expression)
    if not isinstance(symbol, Definition):
        return None
    if isinstance(symbol.node, ast.ClassDef):
        return type_of(factory.expression, factory.scope)
    scope = factory.scope.scope_of_module(symbol.module)
    annotation = getattr(symbol.node, "returns", None)
    if scope is None or annotation is None:
        return None
    return type_of(_unwrapped(annotation), scope)


def _unwrapped(annotation: ast.expr) -> ast.expr:
    if isinstance(annotation, ast.Subscript) and _last_name(annotation.value) in _WRAPPERS:
        inner = annotation.slice
        if isinstance(inner, ast.Tuple) and inner.elts:
            return inner.elts[-1] if _last_name(annotation.value) == "Coroutine" else inner.elts[0]
        return inner
    return annotation


def _last_name(expression: ast.expr) -> str:
    return expression.attr if isinstance(expression, ast.Attribute) else getattr(expression, "id", "")
