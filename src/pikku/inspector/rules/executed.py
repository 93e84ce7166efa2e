"""What of a function's syntax tree is executed when the function is."""

import ast
from collections.abc import Iterator

from pikku.inspector.names.symbols import External, Scope

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_CALL_AT_ONCE = frozenset(
    {"sorted", "map", "filter", "min", "max", "functools.reduce", "itertools.groupby", "itertools.takewhile"}
)
"""They call the functions that they are given. Others keep them, as steps do."""


def executed(function: ast.AST, scope: Scope) -> Iterator[ast.AST]:
    """The nodes in order of the source, without the bodies of functions within, annotations, and `TYPE_CHECKING` blocks.

    A lambda given to `sorted` or the like is executed there and then.
    """
    if isinstance(function, ast.Lambda):
        yield from _walk(function.body, scope)
        return
    for statement in getattr(function, "body", ()):
        yield from _walk(statement, scope)


def _walk(node: ast.AST, scope: Scope) -> Iterator[ast.AST]:
    stack: list[ast.AST] = [node]
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(list(_children(node, scope))))


def _children(node: ast.AST, scope: Scope) -> Iterator[ast.AST]:
    if isinstance(node, ast.AnnAssign):
        yield node.target
        if node.value is not None:
            yield node.value
    elif isinstance(node, _FUNCTIONS):
        yield from (default for default in (*node.args.defaults, *node.args.kw_defaults) if default is not None)
        yield from getattr(node, "decorator_list", ())
    elif isinstance(node, ast.Call):
        yield from ast.iter_child_nodes(node)
        if _calls_at_once(node, scope):
            given = (*node.args, *(keyword.value for keyword in node.keywords))
            yield from (each.body for each in given if isinstance(each, ast.Lambda))
    else:
        yield from ast.iter_child_nodes(node)


def _calls_at_once(call: ast.Call, scope: Scope) -> bool:
    if isinstance(call.func, ast.Attribute) and call.func.attr == "sort":
        return True
    symbol = scope.resolve(call.func)
    return isinstance(symbol, External) and symbol.name in _CALL_AT_ONCE
