"""What is assigned to, and what parameters stand for."""

import ast

from pikku.inspector.bodies.environment import Environment
from pikku.inspector.bodies.reading import Frame
from pikku.inspector.bodies.values import (
    Argument,
    Arguments,
    Choice,
    Context,
    Elsewhere,
    Instance,
    Keywords,
    Several,
    Steps,
    Value,
    choice_of,
    takes_steps,
)
from pikku.inspector.names.symbols import Definition, External, Scope

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


def bind_target(frame: Frame, target: ast.expr, value: Value | None) -> None:
    """Assign: names from here on, attributes of objects that are known; steps in the target are read."""
    match target:
        case ast.Name(id=name):
            frame.environment.bind(name, value)
        case ast.Tuple(elts=targets) | ast.List(elts=targets):
            for each, part in zip(targets, _parts(value, len(targets)), strict=True):
                bind_target(frame, each, part)
        case ast.Starred(value=inner):
            bind_target(frame, inner, None)
        case ast.Attribute(value=holder, attr=name):
            owner = frame.evaluate(holder)
            if isinstance(owner, Instance) and value is not None:
                owner.fields[name] = value
        case ast.Subscript(value=holder, slice=index):
            frame.evaluate(holder)
            frame.evaluate(index)


def _parts(value: Value | None, count: int) -> tuple[Value | None, ...]:
    """What so many targets get; of one of several tuples, each gets one of several."""
    match value:
        case Several(items=items) if len(items) == count:
            return items
        case Choice(ways=ways):
            each = [_parts(way, count) for way in ways]
            return tuple(choice_of(list(part)) for part in zip(*each, strict=True))
    return (None,) * count


def bind_parameters(
    environment: Environment, function: Function, given: Arguments, receiver: Value | None, outer: Environment
) -> None:
    """Bind what a function is given to its parameters. What nobody gives is its default, or known by its annotation.

    A parameter that is bound anew somewhere in the function is not taken for what the caller has written.
    """
    parameters = [*function.args.posonlyargs, *function.args.args]
    values: dict[str, Value | None] = {}
    if receiver is not None and parameters:
        values[parameters.pop(0).arg] = receiver
    positional = _unpacked(given.positional)
    values |= {each.arg: part for each, part in zip(parameters, positional, strict=False)}
    names = {each.arg for each in (*parameters, *function.args.kwonlyargs)}
    values |= {name: _given(argument) for name, argument in given.keywords if name in names}
    if function.args.vararg is not None:
        values[function.args.vararg.arg] = Several(tuple(positional[len(parameters) :]))
    if function.args.kwarg is not None:
        more = tuple(each for each in given.keywords if each[0] not in names)
        values[function.args.kwarg.arg] = Keywords(more)
    for name, default in _defaults(function):
        values.setdefault(name, Elsewhere(Argument(default, outer)))
    changed = _bound_in(function)
    for each in _all_parameters(function):
        known = values.get(each.arg)
        if isinstance(known, Elsewhere) and each.arg in changed:
            known = None
        by_annotation = annotated_value(each.annotation, environment.scope)
        environment.bind(each.arg, known if by_annotation is None or takes_steps(known) else by_annotation)


def _bound_in(function: Function) -> set[str]:
    names = (each for each in ast.walk(function) if isinstance(each, ast.Name))
    return {each.id for each in names if not isinstance(each.ctx, ast.Load)}


def _unpacked(positional: tuple[Argument, ...]) -> list[Value | None]:
    """What is given in order, as far as it is known: up to a `*rest` of unknown length."""
    values: list[Value | None] = []
    for argument in positional:
        if not isinstance(argument.expression, ast.Starred):
            values.append(_given(argument))
        elif isinstance(argument.value, Several):
            values.extend(argument.value.items)
        else:
            break
    return values


def _given(argument: Argument) -> Value:
    return argument.value if argument.value is not None else Elsewhere(argument)


def _defaults(function: Function) -> list[tuple[str, ast.expr]]:
    parameters = [*function.args.posonlyargs, *function.args.args]
    defaults = function.args.defaults
    last = parameters[len(parameters) - len(defaults) :]
    found = [(each.arg, default) for each, default in zip(last, defaults, strict=True)]
    only = zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
    return found + [(each.arg, default) for each, default in only if default is not None]


def _all_parameters(function: Function) -> list[ast.arg]:
    found = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return found + [each for each in (function.args.vararg, function.args.kwarg) if each is not None]


def annotated_value(annotation: ast.expr | None, scope: Scope) -> Value | None:
    """`Context` and `Steps` by their annotation, also of a context that is generated for the project."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            annotation = ast.parse(annotation.value, mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
    if isinstance(annotation, ast.Subscript):
        annotation = annotation.value
    if not isinstance(annotation, ast.Name | ast.Attribute):
        return None
    match scope.resolve(annotation):
        case External(name="pikku.WorkflowContext" | "pikku.runtime.workflow_context.WorkflowContext"):
            return Context()
        case External(name="pikku.runtime.workflow.Workflow"):
            return Steps()
        case Definition(qualname="WorkflowContext", node=ast.ClassDef()):
            return Context()
    return None
