"""Full names of what a body calls, also of methods of values whose class the source tells."""

import ast

from pikku.inspector.names.symbols import Definition, External, Scope

_DEPTH = 8
_RETURNS = {
    "sqlite3.connect": "sqlite3.Connection",
    "socket.create_connection": "socket.socket",
    "asyncpg.connect": "asyncpg.Connection",
    "asyncpg.create_pool": "asyncpg.Pool",
    "redis.from_url": "redis.Redis",
    "redis.asyncio.from_url": "redis.asyncio.Redis",
    "asyncio.get_running_loop": "asyncio.AbstractEventLoop",
    "asyncio.get_event_loop": "asyncio.AbstractEventLoop",
    "asyncio.new_event_loop": "asyncio.AbstractEventLoop",
    "pathlib.Path.cwd": "pathlib.Path",
    "pathlib.Path.home": "pathlib.Path",
    "datetime.datetime.now": "datetime.datetime",
}
_SAME_CLASS = frozenset({"pathlib.Path", "datetime.datetime"})
"""Classes whose methods mostly give one of the same class: `path.parent.joinpath(name)`."""


def full_name(expression: ast.expr, scope: Scope, depth: int = 0) -> str | None:
    """`time.time`, `pathlib.Path.read_text`: of a library or of Python; `None` for anything else."""
    symbol = scope.resolve(expression)
    if isinstance(symbol, External):
        return symbol.name
    if isinstance(expression, ast.Attribute) and depth < _DEPTH:
        owner = class_name(expression.value, scope, depth + 1)
        return None if owner is None else f"{owner}.{expression.attr}"
    return None


def class_name(expression: ast.expr, scope: Scope, depth: int = 0) -> str | None:
    """The full name of the library's class that a value is of, as far as the source tells."""
    if depth > _DEPTH:
        return None
    match expression:
        case ast.Call(func=called):
            return _class_of_result(full_name(called, scope, depth + 1))
        case ast.Await(value=value) | ast.NamedExpr(value=value):
            return class_name(value, scope, depth + 1)
        case ast.BinOp(left=left, op=ast.Div()):
            left_class = class_name(left, scope, depth + 1)
            return left_class if left_class == "pathlib.Path" else None
        case ast.Attribute(value=value, attr="parent"):
            owner = class_name(value, scope, depth + 1)
            return owner if owner in _SAME_CLASS else None
        case ast.Name(id=name):
            return _class_of_variable(name, scope, depth)
    return None


def project_class(expression: ast.expr, scope: Scope, depth: int = 0) -> Definition | None:
    """The class of the project that a value is of: by annotation, or as it was just made."""
    if depth > _DEPTH:
        return None
    match expression:
        case ast.Call(func=called):
            return _as_class(called, scope)
        case ast.Await(value=value) | ast.NamedExpr(value=value):
            return project_class(value, scope, depth + 1)
        case ast.Name(id=name):
            annotation = scope.annotation_of(name)
            if annotation is not None:
                return _as_class(annotation, scope)
            value_of_name = scope.value_of(name)
            return None if value_of_name is None else project_class(value_of_name, scope, depth + 1)
    return None


def field_of(owner: Definition, name: str) -> ast.expr | None:
    """The annotation of a field in the body of a class."""
    for statement in getattr(owner.node, "body", ()):
        match statement:
            case ast.AnnAssign(target=ast.Name(id=found), annotation=annotation) if found == name:
                return annotation
    return None


def _as_class(expression: ast.expr, scope: Scope) -> Definition | None:
    if isinstance(expression, ast.Constant) and isinstance(expression.value, str):
        try:
            expression = ast.parse(expression.value, mode="eval").body
        except SyntaxError:
            return None
    symbol = scope.resolve(expression)
    return symbol if isinstance(symbol, Definition) and isinstance(symbol.node, ast.ClassDef) else None


def _class_of_variable(name: str, scope: Scope, depth: int) -> str | None:
    annotation = scope.annotation_of(name)
    if annotation is not None:
        symbol = scope.resolve(annotation)
        return symbol.name if isinstance(symbol, External) else None
    value = scope.value_of(name)
    return None if value is None else class_name(value, scope, depth + 1)


def _class_of_result(called: str | None) -> str | None:
    if called is None:
        return None
    owner, _, last = called.rpartition(".")
    if called in _RETURNS:
        return _RETURNS[called]
    if last[:1].isupper():
        return called
    return owner if owner in _SAME_CLASS else None
