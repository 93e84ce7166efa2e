"""Tables of functions: `HANDLERS = {"card": by_card, "cash": by_cash}`, and what is taken from one."""

import ast

from pikku.inspector.bodies.reading import Frame
from pikku.inspector.bodies.values import Callee, Choice, Several, Value, choice_of
from pikku.inspector.names.symbols import Definition


def table_of(frame: Frame, expression: ast.Name | ast.Attribute) -> Several | None:
    """The functions in a dict, list or tuple of a module; `None` if there is anything else in it.

    One that is changed meanwhile is a finding of its own: PKU808.
    """
    found = frame.environment.scope.binding(expression)
    if found is None or not isinstance(found[0], ast.Dict | ast.List | ast.Tuple):
        return None
    parts = found[0].values if isinstance(found[0], ast.Dict) else found[0].elts
    symbols = [found[1].resolve(each) for each in parts]
    functions = [each for each in symbols if isinstance(each, Definition) and not isinstance(each.node, ast.ClassDef)]
    if not functions or len(functions) < len(symbols):
        return None
    return Several(tuple(Callee(each) for each in functions))


def taken_from(frame: Frame, call: ast.Call) -> Value | None:
    """What `HANDLERS.get(key)` gives, or what is looped over in `HANDLERS.values()` and `HANDLERS.items()`."""
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr not in ("get", "values", "items"):
        return None
    match frame.evaluate(function.value):
        case Several(items=items):
            ways = items
        case Choice(ways=ways):
            pass
        case _:
            return None
    match function.attr:
        case "get":
            return choice_of(list(ways))
        case "values":
            return Several(ways)
    return Several(tuple(Several((None, way)) for way in ways))
