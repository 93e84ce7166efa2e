"""The functions of a module that are marked."""

import ast
from collections.abc import Iterator

from msgspec import Struct

from pikku.inspector.marks.calls import statements_of
from pikku.inspector.marks.marking import Mark, mark_by
from pikku.inspector.marks.notes import Notes
from pikku.inspector.names.scope import ModuleScope
from pikku.inspector.names.symbols import Definition

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Marked(Struct, frozen=True, eq=False):
    """A function with its mark. `written` is the decorator or the call that marks it, `around` the scope of this."""

    definition: Definition
    node: Function
    mark: Mark
    written: ast.expr
    around: ModuleScope


def marked_in(tree: ast.Module, scope: ModuleScope, notes: Notes) -> Iterator[Marked]:
    """All of them, also those in classes and in functions, in the order of the source."""
    for statement, around in statements_of(tree, scope):
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from _decorated(statement, around, notes)
            case ast.Assign(value=ast.Call() as call) | ast.Expr(value=ast.Call() as call):
                yield from _called(call, around, notes)


def _decorated(node: Function, around: ModuleScope, notes: Notes) -> Iterator[Marked]:
    for decorator in node.decorator_list:
        mark = mark_by(decorator, around)
        if mark is not None:
            definition = Definition(around.module, around.inner_name(node.name), node)
            if not mark.is_known:
                notes.unknown(f"how {ast.unparse(decorator)!r} marks {node.name} cannot be followed", decorator, _PLAIN)
            yield Marked(definition, node, mark, decorator, around)
            return  # the outermost mark is the one that holds


def _called(call: ast.Call, around: ModuleScope, notes: Notes) -> Iterator[Marked]:
    """`send = func(name="email.send")(plain)`."""
    if len(call.args) != 1 or call.keywords:
        return
    mark = mark_by(call.func, around)
    if mark is None or (isinstance(call.func, ast.Name | ast.Attribute) and mark.name == "workflow"):
        return
    symbol = around.resolve(call.args[0])
    if isinstance(symbol, Definition) and isinstance(symbol.node, Function):
        yield Marked(symbol, symbol.node, mark, call, around)
    elif not _is_parameter(call.args[0], around):
        notes.unknown(f"which function is marked here cannot be known: {ast.unparse(call)}", call, _DIRECT)


def _is_parameter(expression: ast.expr, around: ModuleScope) -> bool:
    """Whether this is in a decorator of the project's own, which marks what it is given."""
    return isinstance(expression, ast.Name) and bool(around.qualname) and around.value_of(expression.id) is None


_PLAIN = "let it return func(…) or workflow(…) in one statement, or use these themselves"
_DIRECT = "define the function with `def`, and mark it with a decorator"
