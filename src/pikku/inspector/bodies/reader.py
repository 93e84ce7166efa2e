"""Reads a body: the beginning, and what is left at the end."""

import ast

from pikku.inspector.bodies.block import DROPPED
from pikku.inspector.bodies.body import Body, Region
from pikku.inspector.bodies.calling import hand_over_function
from pikku.inspector.bodies.environment import Environment
from pikku.inspector.bodies.expressions import evaluate
from pikku.inspector.bodies.functions import bind_own_parameters, identity, read_into
from pikku.inspector.bodies.reading import Frame, Reading
from pikku.inspector.bodies.statements import execute
from pikku.inspector.bodies.values import Context
from pikku.inspector.names.symbols import Definition, Scope


def read_body(definition: Definition, scope: Scope, context: str) -> Body:
    """The steps of a workflow's function. `context` is its parameter that holds the `WorkflowContext`.

    `scope` is any of the project; names are looked up inside of the definition. Raises nothing: what cannot be known is in the
    graph as `DYNAMIC`.
    """
    node = definition.node
    if isinstance(node, ast.ClassDef):
        return Body(steps=())
    inside = scope.inside(definition)
    reading = Reading(evaluate, execute)
    environment = Environment(inside)
    bind_own_parameters(environment, node)
    environment.bind(context, Context())
    reading.regions.append(Region(kind="body", definition=definition, scope=inside))
    reading.stack.append(identity(definition))
    reading.followed.add(identity(definition))
    frame = Frame(reading, environment, definition, DROPPED, None)
    read_into(frame, node)
    _read_the_rest(frame)
    return Body(steps=frame.block.nodes, calls=tuple(reading.calls), regions=tuple(reading.regions))


def _read_the_rest(frame: Frame) -> None:
    """Inner functions that nobody calls, as far as the source tells, may be called all the same."""
    reading = frame.reading
    while rest := [key for key in reading.inner if key not in reading.followed]:
        for key in rest:
            if key not in reading.followed:
                reading.followed.add(key)
                hand_over_function(frame, reading.inner[key], reading.inner[key].definition.node)
