"""One function of the project, read with what it is given."""

import ast

from pikku.inspector.bodies.binding import Function, bind_parameters
from pikku.inspector.bodies.block import KEPT, Fate, Use
from pikku.inspector.bodies.body import Region
from pikku.inspector.bodies.environment import Environment
from pikku.inspector.bodies.reading import Followed, Frame
from pikku.inspector.bodies.values import Arguments, Callee
from pikku.inspector.names.symbols import Definition

DEEPEST = 32
"""How many functions may call each other in a row."""

_MOST = 1_000
"""How many calls are followed in one body: helpers that call helpers twice would grow without end."""


def bind_own_parameters(environment: Environment, node: Function) -> None:
    """Bind the parameters of a function that nobody has called."""
    bind_parameters(environment, node, Arguments(), None, Environment(environment.scope))


def is_endless(frame: Frame, definition: Definition) -> bool:
    """Whether following would not end, or not soon."""
    stack = frame.reading.stack
    return identity(definition) in stack or len(stack) >= DEEPEST or frame.reading.expansions >= _MOST


def read_function(frame: Frame, callee: Callee, call: ast.AST | None, given: Arguments, use: Use) -> Frame:
    """The frame of the function after its end."""
    reading, definition = frame.reading, callee.definition
    node = definition.node
    assert not isinstance(node, ast.ClassDef)  # noqa: S101
    scope = frame.environment.scope.inside(definition)
    outer = callee.closure or Environment(scope)
    environment = Environment(scope, callee.closure)
    bind_parameters(environment, node, callee.given.then(given), callee.receiver, outer)
    result = _result_use(node, use)
    inner = Frame(reading, environment, definition, result, frame)
    reading.regions.append(
        Region(
            kind="step" if reading.steps_around else "helper",
            definition=definition,
            scope=scope,
            call=call if isinstance(call, ast.Call) else None,
            is_awaited=use.fate is not Fate.DROPPED,
        )
    )
    reading.followed.add(identity(definition))
    reading.stack.append(identity(definition))
    reading.expansions += 1
    read_into(inner, node)
    reading.stack.pop()
    return inner


def _result_use(node: ast.AST, use: Use) -> Use:
    """A plain function hands its coroutine to its caller; what an async one returns must be awaited once more."""
    return use if isinstance(node, ast.FunctionDef | ast.Lambda) else KEPT


def read_into(frame: Frame, node: Function) -> None:
    """Read the function of the frame."""
    if isinstance(node, ast.Lambda):
        frame.returned.append(frame.evaluate(node.body, frame.result_use))
        return
    frame.last = node.body[-1]
    frame.execute(node.body)


def identity(definition: Definition) -> Followed:
    """What tells functions apart: the same for the same function, also when its file was read anew."""
    node = definition.node
    return definition.module, definition.qualname, node.lineno * 10_000 + node.col_offset
