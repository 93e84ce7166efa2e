"""Which expressions are sets, as far as the source tells. The order of a set of texts is another one in every process."""

import ast

from pikku.inspector.names.symbols import Constant, Definition, Scope
from pikku.inspector.rules.meaning import field_of, full_name, project_class
from pikku.inspector.rules.reach import Reach

_DEPTH = 8
_CLASSES = frozenset(
    {
        "set",
        "frozenset",
        "typing.Set",
        "typing.FrozenSet",
        "typing.AbstractSet",
        "typing.MutableSet",
        "collections.abc.Set",
        "collections.abc.MutableSet",
    }
)
_GIVE_SETS = frozenset({"union", "intersection", "difference", "symmetric_difference"})
_OPERATORS = (ast.BitOr, ast.BitAnd, ast.Sub, ast.BitXor)
_WAITS = frozenset({"asyncio.wait", "asyncio.tasks.wait"})


def is_set(expression: ast.expr | None, reach: Reach, depth: int = 0) -> bool:
    """Whether this is a set whose order is not known; sets of whole numbers have always the same."""
    if expression is None or depth > _DEPTH:
        return False
    match expression:
        case ast.Set(elts=elements):
            return not all(_is_number(each, reach.scope) for each in elements)
        case ast.SetComp():
            return not _is_number(expression.elt, reach.scope)
        case ast.Call():
            return _is_set_made(expression, reach, depth)
        case ast.BinOp(left=left, op=op, right=right) if isinstance(op, _OPERATORS):
            return any(is_set(each, reach, depth + 1) or _is_keys(each) for each in (left, right))
        case ast.IfExp(body=body, orelse=orelse):
            return is_set(body, reach, depth + 1) or is_set(orelse, reach, depth + 1)
        case ast.Name(id=name):
            return _is_set_named(name, reach, depth)
    return isinstance(expression, ast.Attribute) and _is_set_field(expression, reach)


def _is_set_field(expression: ast.Attribute, reach: Reach) -> bool:
    owner = project_class(expression.value, reach.scope)
    annotation = None if owner is None else field_of(owner, expression.attr)
    return owner is not None and annotation is not None and _says_set(annotation, reach.scope.inside(owner))


def _is_set_made(call: ast.Call, reach: Reach, depth: int) -> bool:
    if isinstance(call.func, ast.Attribute) and call.func.attr in _GIVE_SETS:
        return is_set(call.func.value, reach, depth + 1) or full_name(call.func.value, reach.scope) in _CLASSES
    if isinstance(call.func, ast.Attribute) and call.func.attr == "copy":
        return is_set(call.func.value, reach, depth + 1)
    if full_name(call.func, reach.scope) in ("set", "frozenset"):
        return not (call.args and _is_numbers(call.args[0], reach))
    symbol = reach.scope.resolve(call.func)
    returns = getattr(symbol.node, "returns", None) if isinstance(symbol, Definition) else None
    return returns is not None and isinstance(symbol, Definition) and _says_set(returns, reach.scope.inside(symbol))


def _is_set_named(name: str, reach: Reach, depth: int) -> bool:
    annotation = reach.scope.annotation_of(name)
    if annotation is not None:
        return _says_set(annotation, reach.scope)
    return is_set(reach.scope.value_of(name), reach, depth + 1) or name in _waited(reach)


def _waited(reach: Reach) -> set[str]:
    """`done, pending = await asyncio.wait(…)`: both are sets."""
    found: set[str] = set()
    for node in reach.nodes:
        match node:
            case ast.Assign(targets=[ast.Tuple(elts=elements)], value=ast.Await(value=ast.Call(func=called))):
                if full_name(called, reach.scope) in _WAITS:
                    found.update(each.id for each in elements if isinstance(each, ast.Name))
    return found


def _says_set(annotation: ast.expr, scope: Scope) -> bool:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            annotation = ast.parse(annotation.value, mode="eval").body
        except SyntaxError:
            return False
    if isinstance(annotation, ast.BinOp):
        return _says_set(annotation.left, scope) or _says_set(annotation.right, scope)
    if isinstance(annotation, ast.Subscript):
        items = full_name(annotation.slice, scope)
        return items not in ("int", "bool") and full_name(annotation.value, scope) in _CLASSES
    return full_name(annotation, scope) in _CLASSES


def _is_keys(expression: ast.expr) -> bool:
    """`prices.keys() - seen`: views of a dict are ordered, but what is computed of them is a set."""
    return (
        isinstance(expression, ast.Call)
        and isinstance(expression.func, ast.Attribute)
        and expression.func.attr == "keys"
    )


def _is_number(expression: ast.expr, scope: Scope) -> bool:
    symbol = scope.resolve(expression)
    return isinstance(symbol, Constant) and isinstance(symbol.value, int)


def _is_numbers(expression: ast.expr, reach: Reach) -> bool:
    """What gives whole numbers only: `range(3)`, `[1, 2]`."""
    if isinstance(expression, (ast.List, ast.Tuple)):
        return all(_is_number(each, reach.scope) for each in expression.elts)
    return isinstance(expression, ast.Call) and full_name(expression.func, reach.scope) == "range"
