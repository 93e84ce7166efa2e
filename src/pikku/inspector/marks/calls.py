"""Calls in a module by which applications are made and things are wired."""

import ast
from collections.abc import Iterator

from msgspec import Struct

from pikku.inspector.marks.arguments import Argument, Arguments, arguments_of
from pikku.inspector.marks.loops import Loop, loop_of
from pikku.inspector.names.scope import ModuleScope
from pikku.inspector.names.symbols import Definition, External

WIRING = ("wire_workflow", "wire_queue_worker", "add_functions")
_WORDS = ("Pikku", *WIRING)


class WiringCall(Struct, frozen=True, eq=False):
    """A call of a method of an application, or of `Pikku` itself, which may be in a function that makes applications.

    `application` is the variable that it is a method of, or that takes the result: `shop.app.app`; `None` if it is in none.
    """

    method: str
    call: ast.expr
    scope: ModuleScope
    arguments: Arguments
    application: str | None = None


def wiring_calls(tree: ast.Module, text: str, scope: ModuleScope) -> Iterator[WiringCall]:
    """All of them in a module, in the order of the source."""
    loops: list[Loop | None] = []
    has_words = any(word in text for word in _WORDS)
    for statement, around in statements_of(tree, scope) if has_words else ((each, scope) for each in tree.body):
        if isinstance(statement, ast.For):
            loops.append(loop_of(statement, Argument(statement.iter, around)))
        target = _target(statement)
        variable = None if target is None else full_name(ast.Name(target), around)
        value = getattr(statement, "value", None)
        for call in _calls(statement) if has_words else ():
            method, before = _method(call.func, around, 0)
            if method is not None:
                own = variable if call is value else None
                application = own if method == "Pikku" else _application(call.func, around)
                for arguments in _passes(loops, call, before.then(arguments_of(call, around))):
                    yield WiringCall(method, call, around, arguments, application)
        if isinstance(value, ast.Call) and variable is not None and around is scope:
            yield from _made_elsewhere(value, variable, scope)


def _passes(loops: list[Loop | None], call: ast.Call, arguments: Arguments) -> list[Arguments]:
    """The arguments of a call, or those of all passes of the innermost loop around it whose passes are known."""
    around = [each for each in loops if each is not None and each.first <= call.lineno <= each.last]
    return around[-1].arguments(arguments) if around else [arguments]


def full_name(expression: ast.expr, scope: ModuleScope) -> str | None:
    """The full name of a variable, also of a local one: `shop.app.make.<locals>.app`."""
    variable = scope.variable_of(expression)
    if variable is None and isinstance(expression, ast.Name):
        found = scope.holder(expression.id)
        return None if found is None else f"{scope.module}.{found[1].inner_name(expression.id)}"
    return variable


def _application(method: ast.expr, scope: ModuleScope) -> str | None:
    if isinstance(method, ast.Attribute) and method.attr in WIRING:
        return full_name(method.value, scope)
    behind = scope.binding(method)
    if behind is None:
        return None
    value = behind[0].args[0] if isinstance(behind[0], ast.Call) and behind[0].args else behind[0]
    return _application(value, behind[1]) if isinstance(value, ast.Attribute) else None


def _made_elsewhere(call: ast.Call, variable: str, scope: ModuleScope) -> Iterator[WiringCall]:
    """`app = make_app()`: the application is what that function makes."""
    maker = scope.resolve(call.func)
    home = scope.scope_of_module(maker.module) if isinstance(maker, Definition) else None
    if not isinstance(maker, Definition) or home is None or "Pikku" not in home.outline.text:
        return
    if isinstance(maker.node, ast.FunctionDef):
        inside = home.inside(maker)
        for inner in ast.walk(maker.node):
            if isinstance(inner, ast.Call) and _method(inner.func, inside, 0)[0] == "Pikku":
                yield WiringCall("Pikku", inner, inside, arguments_of(inner, inside), variable)


def statements_of(tree: ast.Module, scope: ModuleScope) -> Iterator[tuple[ast.stmt, ModuleScope]]:
    """All statements of a module, also those in functions and classes, and the scope that each is in."""
    waiting: list[tuple[ast.stmt, ModuleScope]] = [(each, scope) for each in reversed(tree.body)]
    while waiting:
        statement, around = waiting.pop()
        yield statement, around
        inner = around
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = around.within(statement)
        waiting.extend((each, inner) for each in reversed(list(_inner(statement))))


def _inner(statement: ast.stmt) -> Iterator[ast.stmt]:
    for part in ("body", "orelse", "finalbody"):
        yield from getattr(statement, part, ())
    for part in ("handlers", "cases"):
        for each in getattr(statement, part, ()):
            yield from each.body


def _calls(statement: ast.stmt) -> Iterator[ast.Call]:
    """The calls of a statement itself, outer ones first, not those of the statements in it."""
    waiting: list[ast.AST] = [
        each
        for each in ast.iter_child_nodes(statement)
        if not isinstance(each, ast.stmt | ast.excepthandler | ast.match_case)
    ]
    waiting.reverse()
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Call):
            yield node
        waiting.extend(reversed(list(ast.iter_child_nodes(node))))


def _target(statement: ast.stmt) -> str | None:
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return name
    return None


def _method(function: ast.expr, scope: ModuleScope, depth: int) -> tuple[str | None, Arguments]:
    """What of ours is called, and what `partial` gives it before."""
    if isinstance(function, ast.Subscript):
        return _method(function.value, scope, depth)
    if isinstance(function, ast.Attribute) and function.attr in WIRING:
        return function.attr, Arguments()
    if not isinstance(function, ast.Name | ast.Attribute) or depth > 5:
        return None, Arguments()
    symbol = scope.resolve(function)
    if _is_application(symbol, scope):
        return "Pikku", Arguments()
    behind = scope.binding(function) if isinstance(symbol, Definition) is False else None
    return (None, Arguments()) if behind is None else _behind(Argument(*behind), depth)


def _behind(value: Argument, depth: int) -> tuple[str | None, Arguments]:
    """`wire = app.wire_workflow`, and `wire = partial(app.wire_workflow, tags=["users"])`."""
    match value.expression:
        case ast.Attribute() | ast.Name():
            return _method(value.expression, value.scope, depth + 1)
        case ast.Call() as call if value.scope.resolve(call.func) == External("functools.partial") and call.args:
            method, before = _method(call.args[0], value.scope, depth + 1)
            given = arguments_of(ast.Call(call.func, call.args[1:], call.keywords), value.scope)
            return method, before.then(given)
    return None, Arguments()


def _is_application(symbol: object, scope: ModuleScope, depth: int = 0) -> bool:
    if isinstance(symbol, Definition) and isinstance(symbol.node, ast.ClassDef) and depth < 5:
        around = scope.scope_of_module(symbol.module) or scope
        bases = [each.value if isinstance(each, ast.Subscript) else each for each in symbol.node.bases]
        return any(_is_application(around.resolve(base), around, depth + 1) for base in bases)
    return symbol == External("pikku.Pikku")
