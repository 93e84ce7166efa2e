"""What a step executes: a function by its name, or code of the body's own."""

import ast
import builtins
from typing import NamedTuple

from pikku.inspector.bodies.environment import Environment
from pikku.inspector.bodies.marks import rpc_name_of
from pikku.inspector.bodies.values import Argument, Callee, Choice, Context, Invoke, Value
from pikku.inspector.names.symbols import Constant, Definition, External, Symbol, Unknown
from pikku.model.graph import DYNAMIC


class Work(NamedTuple):
    """`rpc_name` is `None` for an inline step."""

    rpc_name: str | None
    symbol: Symbol | None = None


def work_of(argument: Argument | None, *, has_data: bool) -> Work:
    """What the second argument of `do` is. With data it can only be a function; without, it may be both."""
    if argument is None:
        return Work(DYNAMIC)
    expression, environment = argument.environment.written(argument.expression)
    symbol = _symbol(expression, environment, argument.value)
    match symbol:
        case Constant(value=str() as name):
            return Work(name, symbol)
        case Definition():
            return _of_definition(symbol, environment, argument.value, has_data=has_data)
        case External() if not has_data:
            return Work(None, symbol)
    if has_data:
        return Work(DYNAMIC, symbol)
    return Work(None if _is_callable(expression, environment, argument.value) else DYNAMIC, symbol)


def _symbol(expression: ast.expr, environment: Environment, value: Value | None) -> Symbol:
    return value.definition if isinstance(value, Callee) else environment.resolve(expression)


def _of_definition(symbol: Definition, environment: Environment, value: Value | None, *, has_data: bool) -> Work:
    is_bound = isinstance(value, Callee) and bool(value.given.all() or value.receiver)
    name = None if is_bound else rpc_name_of(symbol, environment.scope)
    if name is None and has_data:
        name = getattr(symbol.node, "name", DYNAMIC)
    return Work(name, symbol)


def _is_callable(expression: ast.expr, environment: Environment, value: Value | None) -> bool:
    """Whether something that is not known is called here, rather than being the name of a function."""
    if isinstance(value, Choice):
        return all(_is_plain_function(each, environment) for each in value.ways)
    if isinstance(value, Invoke | Callee):
        return True
    found, there = environment.source(expression)
    match found:
        case ast.Lambda():
            return True
        case ast.Call(func=function):
            return there.resolve(function) not in (External("str"), External("str.format"))
        case ast.Attribute(value=holder):
            return _is_of_context(found, there) or _is_of_builtin(holder, there)
        case ast.Name(id=name):
            return _is_annotated_as_callable(name, there)
    return False


def _is_plain_function(value: Value, environment: Environment) -> bool:
    return isinstance(value, Callee) and rpc_name_of(value.definition, environment.scope) is None


def _is_of_context(expression: ast.expr, environment: Environment) -> bool:
    """`ctx.services.rates.load`: services are no functions of steps."""
    while isinstance(expression, ast.Attribute):
        expression = expression.value
    return isinstance(expression, ast.Name) and isinstance(environment.value(expression.id), Context)


def _is_of_builtin(holder: ast.expr, environment: Environment) -> bool:
    """`data.upper` of a `data: str`."""
    annotation = environment.scope.annotation_of(holder.id) if isinstance(holder, ast.Name) else None
    if isinstance(annotation, ast.Subscript):
        annotation = annotation.value
    symbol = None if annotation is None else environment.scope.resolve(annotation)
    return isinstance(symbol, External) and hasattr(builtins, symbol.name)


def _is_annotated_as_callable(name: str, environment: Environment) -> bool:
    annotation = environment.scope.annotation_of(name)
    if isinstance(annotation, ast.Subscript):
        annotation = annotation.value
    if annotation is None or isinstance(environment.scope.resolve(annotation), Unknown):
        return False
    symbol = environment.scope.resolve(annotation)
    return isinstance(symbol, External) and symbol.name.endswith(".Callable")
