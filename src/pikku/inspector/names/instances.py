"""Attributes of classes, and of objects whose class the source tells."""

import ast
from typing import TYPE_CHECKING

from pikku.inspector.names.bindings import Assigned, Entered
from pikku.inspector.names.symbols import Constant, Definition, External, Symbol

if TYPE_CHECKING:
    from pikku.inspector.names.scope import ModuleScope

_DEEPEST = 40


def member_of_class(scope: "ModuleScope", owner: Definition, name: str) -> Symbol | None:
    """A method, or what a name is bound to in a class or its bases. The member of an `Enum` stands for its value."""
    return _member(scope, owner, name, 0)


def member_of_instance(scope: "ModuleScope", expression: ast.Attribute) -> Symbol | None:
    """A method of an object that the source makes, enters or annotates."""
    made = class_of(scope, expression.value)
    if isinstance(made, Definition):
        found = _member(scope, made, expression.attr, 0)
        return found if isinstance(found, Definition | Constant) else None
    # What a context of ours has is nobody's business but of those who read bodies.
    if isinstance(made, External) and not made.name.startswith("pikku."):
        return External(f"{made.name}.{expression.attr}")
    return None


def class_of(scope: "ModuleScope", expression: ast.expr) -> Symbol | None:
    """The class of an object, by how it is made, entered with `with`, or annotated."""
    made: ast.expr | None = expression
    if isinstance(expression, ast.Name):
        found = scope.holder(expression.id)
        instance = None if found is None else found[1].instance_of(expression.id)
        if instance is not None:
            return instance
        annotation = scope.annotation_of(expression.id)
        if annotation is not None:
            return _class(scope, _unquoted(annotation))
        made = _made(scope, expression.id)
    if isinstance(made, ast.Await):
        made = made.value
    return _class(scope, made.func) if isinstance(made, ast.Call) else None


def _member(scope: "ModuleScope", owner: Definition, name: str, depth: int) -> Symbol | None:
    inside = scope.inside(owner)
    own = inside.own(name)
    if own:
        return inside.symbol(name, own)
    for base in _bases(inside, owner) if depth < _DEEPEST else ():
        found = _member(scope, base, name, depth + 1)
        if found is not None:
            return found
    return None


def _bases(inside: "ModuleScope", owner: Definition) -> list[Definition]:
    symbols = [inside.resolve(_plain(each)) for each in getattr(owner.node, "bases", ())]
    classes = [each for each in symbols if isinstance(each, Definition) and isinstance(each.node, ast.ClassDef)]
    return [each for each in classes if each.node is not owner.node]


def _made(scope: "ModuleScope", name: str) -> ast.expr | None:
    found = scope.holder(name)
    if found is None or len(found[0]) != 1:
        return None
    match found[0][0].what:
        case Entered(context=context):
            return context
        case Assigned(value=value):
            return value
    return None


def _class(scope: "ModuleScope", expression: ast.expr) -> Symbol | None:
    match scope.resolve(_plain(expression)):
        case Definition(node=ast.ClassDef()) as known:
            return known
        case External(name=name) as known if name.rpartition(".")[2][:1].isupper():
            return known
    return None


def _plain(expression: ast.expr) -> ast.expr:
    return expression.value if isinstance(expression, ast.Subscript) else expression


def _unquoted(annotation: ast.expr) -> ast.expr:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return ast.parse(annotation.value.strip(), mode="eval").body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return annotation
    return annotation
