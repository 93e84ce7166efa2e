"""Which variables of modules the functions of a file change."""

import ast
from collections.abc import Iterator

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_CHANGING = (
    *(
        "append",
        "appendleft",
        "extend",
        "extendleft",
        "insert",
        "pop",
        "popleft",
        "popitem",
        "remove",
        "clear",
        "update",
    ),
    *("setdefault", "add", "discard", "sort", "reverse", "difference_update", "intersection_update"),
    *("symmetric_difference_update", "__setitem__", "__delitem__"),
)


def changes_in(tree: ast.Module) -> tuple[str, ...]:
    """Texts, as written in the file, of what its functions change and is none of their own names: `CACHE`, `state.CACHE`.

    What the module itself does while it is imported is the same in every process, and so are the tables that its
    decorators fill.
    """
    found: set[str] = set()
    decorators = _decorators(tree)
    for function in ast.walk(tree):
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)) and function.name not in decorators:
            own = _own_names(function)
            found.update(each for each in _changed(function) if each.partition(".")[0] not in own)
    return tuple(sorted(found))


def _changed(function: ast.AST) -> Iterator[str]:
    declared = {name for node in ast.walk(function) if isinstance(node, ast.Global) for name in node.names}
    for node in _inside(function):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()) if name in declared:
                yield name
            case ast.Subscript(value=value, ctx=ast.Store() | ast.Del()):
                yield from _roots(value)
            case ast.Attribute(value=value, ctx=ast.Store() | ast.Del()):
                yield from _roots(node)
            case ast.Call(func=ast.Attribute(value=value, attr=attr)) if attr in _CHANGING:
                yield from _roots(value)
            case ast.Call(func=ast.Name(id="next"), args=[value, *_]):
                yield from _roots(value)


def _roots(expression: ast.expr) -> Iterator[str]:
    """`state.CACHE["a"]` may be a change of `state.CACHE`, and of `state`."""
    if isinstance(expression, (ast.Attribute, ast.Subscript)):
        yield from _roots(expression.value)
    if isinstance(expression, (ast.Attribute, ast.Name)) and _is_dotted(expression):
        yield ast.unparse(expression)


def _is_dotted(expression: ast.expr) -> bool:
    while isinstance(expression, ast.Attribute):
        expression = expression.value
    return isinstance(expression, ast.Name)


def _own_names(function: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    arguments = function.args
    listed = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg)
    own = {each.arg for each in listed if each is not None}
    declared: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            own.add(node.id)
        elif isinstance(node, ast.arg):
            own.add(node.arg)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            declared.update(node.names)
    return own - declared


def _inside(function: ast.AST) -> Iterator[ast.AST]:
    stack = list(ast.iter_child_nodes(function))
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, _FUNCTIONS):
            stack.extend(ast.iter_child_nodes(node))


def _decorators(tree: ast.Module) -> set[str]:
    """Functions that are used as decorators here, and those within them."""
    used: set[str] = set()
    functions = [
        node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    ]
    for function in functions:
        for decorator in function.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            if isinstance(called, ast.Name):
                used.add(called.id)
    within = {
        inner.name
        for function in functions
        if function.name in used
        for inner in ast.walk(function)
        if isinstance(inner, (ast.FunctionDef, ast.AsyncFunctionDef))
    }
    return used | within
