"""What an attribute is."""

import ast

from pikku.inspector.bodies.block import DROPPED
from pikku.inspector.bodies.following import follow, inherited_method, method_of
from pikku.inspector.bodies.reading import Frame
from pikku.inspector.bodies.tables import table_of
from pikku.inspector.bodies.values import (
    Arguments,
    Callee,
    Choice,
    Context,
    Instance,
    Invoke,
    Rpc,
    Shortcut,
    Steps,
    Value,
    Verb,
    choice_of,
)
from pikku.inspector.names.symbols import Definition, Unknown


def member(frame: Frame, node: ast.Attribute, owner: Value | None) -> Value | None:
    """What an attribute is, if it has to do with steps. `workflow` of something unknown is taken for that of a context."""
    match owner:
        case Context():
            return _of_context(node.attr)
        case Steps():
            return _verb(node.attr)
        case Verb(name="do") if node.attr == "rpc":
            return Shortcut()
        case Shortcut(name=name):
            return Shortcut(f"{name}.{node.attr}" if name else node.attr)
        case Rpc() if node.attr == "invoke":
            return Invoke()
        case Instance():
            return _of_instance(frame, node, owner)
        case Choice(ways=ways):
            return choice_of([member(frame, node, way) for way in ways])
    return _of_unknown(frame, node, owner)


def _of_context(name: str) -> Value | None:
    match name:
        case "workflow":
            return Steps()
        case "rpc":
            return Rpc()
    return None


def _verb(name: str) -> Value | None:
    match name:
        case "do" | "sleep" | "cancel":
            return Verb(name)
    return None


def _of_instance(frame: Frame, node: ast.Attribute, owner: Instance) -> Value | None:
    if node.attr in owner.fields:
        return owner.fields[node.attr]
    method = method_of(frame, owner, node.attr)
    if method is None:
        return Steps() if node.attr == "workflow" else None
    if _is_property(method.definition):
        return follow(frame, method, node, Arguments(), DROPPED)
    return method


def _is_property(definition: Definition) -> bool:
    decorators = getattr(definition.node, "decorator_list", [])
    names = (each.id if isinstance(each, ast.Name) else getattr(each, "attr", "") for each in decorators)
    return any(name in ("property", "cached_property") for name in names)


def _of_unknown(frame: Frame, node: ast.Attribute, owner: Value | None) -> Value | None:
    if isinstance(node.value, ast.Call) and isinstance(node.value.func, ast.Name) and node.value.func.id == "super":
        return inherited_method(frame, node.attr)
    symbol = frame.environment.resolve(node)
    if isinstance(symbol, Definition):
        receiver = owner if isinstance(owner, Callee) and _is_classmethod(symbol) else None
        return Callee(symbol, receiver=receiver)
    if node.attr == "workflow" and (isinstance(symbol, Unknown) or not frame.environment.is_imported(node)):
        return Steps()
    return table_of(frame, node)


def _is_classmethod(definition: Definition) -> bool:
    decorators = getattr(definition.node, "decorator_list", [])
    return any(isinstance(each, ast.Name) and each.id == "classmethod" for each in decorators)
