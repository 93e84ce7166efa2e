"""Which decorators mark a function: ours, and those that are made of ours."""

import ast
from typing import Literal

from msgspec import Struct, structs

from pikku.inspector.marks.arguments import Arguments, arguments_of
from pikku.inspector.names.scope import ModuleScope
from pikku.inspector.names.symbols import Definition, External

MarkName = Literal["func", "workflow_func", "workflow"]
_MARKS: dict[str, MarkName] = {
    "pikku.func": "func",
    "pikku.workflow_func": "workflow_func",
    "pikku.workflow": "workflow",
}
_DEEPEST = 12


class Mark(Struct, frozen=True, eq=False):
    """`@func`, `@workflow_func` or `@workflow`, and what it is given. `is_known` is false for one that cannot be followed."""

    name: MarkName
    arguments: Arguments = Arguments()
    is_known: bool = True


class _Callee(Struct, frozen=True, eq=False):
    """What is called: one of ours, or a function that calls one of ours (`maker`), with what ours is given by it."""

    name: MarkName | Literal["partial"]
    arguments: Arguments = Arguments()
    is_known: bool = True
    maker: ast.FunctionDef | None = None

    def given(self, more: Arguments) -> Arguments:
        """What ours is given when this is called."""
        return self.arguments.then(more) if self.maker is None else _passed_on(self.maker, self.arguments, more)


def mark_by(decorator: ast.expr, scope: ModuleScope, depth: int = 0) -> Mark | None:
    """How a decorator marks; `None` if it does not."""
    if depth > _DEEPEST:
        return None
    if isinstance(decorator, ast.Call):
        return _mark_by_call(decorator, scope, depth)
    callee = _callee(decorator, scope, depth)
    if callee is not None:
        return None if callee.name == "partial" else Mark(callee.name, callee.arguments, callee.is_known)
    behind = scope.binding(decorator)
    return None if behind is None else mark_by(behind[0], behind[1], depth + 1)


def _mark_by_call(call: ast.Call, scope: ModuleScope, depth: int) -> Mark | None:
    """`func(name="x")`, `partial(func, name="x")`, or `ours("x")` of a function that returns one of these."""
    callee = _callee(call.func, scope, depth)
    if callee is None:
        behind = scope.binding(call.func)
        return None if behind is None else _mark_by_call(_calling(behind[0], call), scope, depth + 1)
    given = callee.given(arguments_of(call, scope))
    if callee.name != "partial":
        return Mark(callee.name, given, callee.is_known)
    if not given.positional:
        return None
    first = given.positional[0]
    inner: _Callee | Mark | None = _callee(first.expression, first.scope, depth + 1)
    if isinstance(first.expression, ast.Call):
        inner = _mark_by_call(first.expression, first.scope, depth + 1)
    if inner is None or inner.name == "partial":
        return None
    rest = structs.replace(given, positional=given.positional[1:])
    return Mark(inner.name, inner.arguments.then(rest), inner.is_known)


def _calling(function: ast.expr, call: ast.Call) -> ast.Call:
    return ast.Call(function, call.args, call.keywords)


def _callee(function: ast.expr, scope: ModuleScope, depth: int) -> _Callee | None:
    if depth > _DEEPEST:
        return None
    match scope.resolve(function):
        case External(name="functools.partial"):
            return _Callee("partial")
        case External(name=name) if name in _MARKS:
            return _Callee(_MARKS[name])
        case Definition(node=ast.FunctionDef() as maker) as made:
            return _made(made, maker, scope, depth)
        case External() | Definition():
            return None
    behind = scope.binding(function)
    if behind is None or not isinstance(behind[0], ast.Call):
        return None
    mark = _mark_by_call(behind[0], behind[1], depth + 1)
    return None if mark is None else _Callee(mark.name, mark.arguments, mark.is_known)


def _made(made: Definition, maker: ast.FunctionDef, scope: ModuleScope, depth: int) -> _Callee | None:
    """A function of the project that returns a mark: `def ours(name): return func(name=name, raises=[X])`."""
    inside = scope.inside(made)
    match [each for each in maker.body if not _is_text(each)]:
        case [ast.Return(value=ast.Call(func=inner, args=[ast.Name(id=passed)], keywords=[]))] if _takes(maker, passed):
            mark = mark_by(inner, inside, depth + 1)  # a plain decorator: `return func(raises=[X])(function)`
            if mark is not None:
                return _Callee(mark.name, mark.arguments, mark.is_known)
        case [ast.FunctionDef(name=name) as plain, ast.Return(value=ast.Name(id=returned))] if name == returned:
            marking = _made(Definition(made.module, inside.inner_name(name), plain), plain, inside, depth + 1)
            if marking is not None and marking.is_known:  # a decorator with arguments, as a plain one in a function
                return _Callee(marking.name, marking.arguments, maker=maker)
        case [ast.Return(value=ast.expr() as value)]:
            mark = mark_by(value, inside, depth + 1)
            if mark is not None:
                return _Callee(mark.name, mark.arguments, mark.is_known, maker)
    return _hidden(made, inside)


def _passed_on(maker: ast.FunctionDef, inner: Arguments, outer: Arguments) -> Arguments:
    """What ours is given by a function of the project: its own parameters stand for what that one is given."""
    parameters = [*maker.args.posonlyargs, *maker.args.args]
    given = {parameter.arg: each for parameter, each in zip(parameters, outer.positional, strict=False)} | outer.named
    names = _parameter_names(maker)
    named = {}
    for name, each in inner.named.items():
        parameter = each.expression.id if isinstance(each.expression, ast.Name) else None
        if parameter not in names:
            named[name] = each
        elif parameter in given:
            named[name] = given[parameter]
    if maker.args.kwarg is not None:
        named |= {name: each for name, each in outer.named.items() if name not in names}
    is_open = inner.is_open and maker.args.kwarg is None
    return Arguments((), named, is_open or outer.is_open)


def _hidden(made: Definition, inside: ModuleScope) -> _Callee | None:
    """A function that marks somewhere inside: it is known that it does, but not how."""
    for node in ast.walk(made.node):
        if isinstance(node, ast.Name | ast.Attribute):
            symbol = inside.resolve(node)
            if isinstance(symbol, External) and symbol.name in _MARKS:
                return _Callee(_MARKS[symbol.name], Arguments(is_open=True), is_known=False)
    return None


def _parameter_names(maker: ast.FunctionDef) -> set[str]:
    arguments = maker.args
    return {each.arg for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}


def _takes(maker: ast.FunctionDef, name: str) -> bool:
    return name in _parameter_names(maker)


def _is_text(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
