"""Where the value of a name is written, and which variable it is, through imports."""

import ast
from typing import TYPE_CHECKING

from pikku.inspector.names.bindings import Assigned, Binding, Imported
from pikku.inspector.names.symbols import Definition, Module

if TYPE_CHECKING:
    from pikku.inspector.names.scope import ModuleScope

_Home = tuple["ModuleScope", str, list[Binding]]


def origin_of(scope: "ModuleScope", expression: ast.expr) -> "tuple[ast.expr, ModuleScope] | None":
    """The expression that a name or an attribute of a module or class is bound to, once, and where that is written."""
    home = _home(scope, expression)
    if home is None:
        return None
    values = [each.what for each in home[2] if isinstance(each.what, Assigned)]
    value = values[0].value if len(values) == len(home[2]) == 1 else None
    return None if value is None else (value, home[0])


def variable_of(scope: "ModuleScope", expression: ast.expr) -> str | None:
    """The full name of the variable of a module that this is."""
    home = _home(scope, expression)
    if home is None or home[0].qualname or not isinstance(home[2][-1].what, Assigned):
        return None
    return f"{home[0].module}.{home[1]}"


def _home(scope: "ModuleScope", expression: ast.expr) -> _Home | None:
    """The block that binds a name itself, without importing it."""
    match expression:
        case ast.Name(id=name):
            found = scope.holder(name)
            return None if found is None else _followed(found[1], name, found[0])
        case ast.Attribute(value=value, attr=name):
            base = scope.resolve(value)
            if isinstance(base, Module):
                return _in_module(scope, base.name, name)
            if isinstance(base, Definition) and isinstance(base.node, ast.ClassDef):
                inside = scope.inside(base)
                own = inside.own(name)
                return _followed(inside, name, own) if own else None
    return None


def _followed(scope: "ModuleScope", name: str, bindings: list[Binding]) -> _Home | None:
    real = [each for each in bindings if not each.is_fallback] or bindings
    what = real[-1].what
    if not isinstance(what, Imported):
        return scope, name, real
    if what.name is None:
        return None
    module = scope.project_module(what.module)
    return None if module is None else _in_module(scope, module, what.name)


def _in_module(scope: "ModuleScope", module: str, name: str) -> _Home | None:
    other = scope.scope_of_module(module)
    if other is None:
        return None
    with scope.codebase.resolving((id(other), f"={name}")) as way:
        if way is None:
            return None
        own = other.own(name)
        return _followed(other, name, own) if own else _through_stars(other, name)


def _through_stars(scope: "ModuleScope", name: str) -> _Home | None:
    for star in reversed(scope.outline.stars):
        module = scope.project_module(star)
        other = scope.scope_of_module(module) if module else None
        if module and other is not None and other.gives(name):
            home = _in_module(scope, module, name)
            if home is not None:
                return home
    return None
