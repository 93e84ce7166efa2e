"""PKU811: tasks that nobody waits for."""

import ast
from collections.abc import Iterator

from pikku.inspector.rules.finding import found_in
from pikku.inspector.rules.meaning import full_name
from pikku.inspector.rules.reach import Reach
from pikku.model.diagnostic import Diagnostic

_MAKERS = frozenset(
    {
        "asyncio.create_task",
        "asyncio.ensure_future",
        "asyncio.tasks.create_task",
        "asyncio.AbstractEventLoop.create_task",
    }
)
_NO_WAITING = frozenset({"add_done_callback", "set_name", "get_name"})
_MESSAGE = "nobody waits for this task: the body may end before it, at one replay and not at the next"
_FIX = "await it, or make it with `asyncio.gather` or a `TaskGroup`"


def check_tasks(reach: Reach) -> Iterator[Diagnostic]:
    """Tasks whose result is dropped, or put into a variable that nobody reads."""
    for node in reach.nodes:
        if isinstance(node, ast.Call) and full_name(node.func, reach.scope) in _MAKERS and _is_dropped(node, reach):
            yield found_in(reach, "PKU811", node, _MESSAGE, _FIX)


def _is_dropped(call: ast.Call, reach: Reach) -> bool:
    holder, parent = _outermost(call, reach)
    match parent:
        case ast.Expr():
            return True
        case ast.Attribute(attr=attr):
            return attr in _NO_WAITING
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            return holder is parent.value and not _is_read(name, reach)
    return False


def _outermost(node: ast.expr, reach: Reach) -> tuple[ast.AST, ast.AST | None]:
    """The list or comprehension that a task is put into, and what is done with that."""
    parent = reach.parents.get(node)
    while isinstance(parent, (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp, ast.SetComp, ast.DictComp)):
        node, parent = parent, reach.parents.get(parent)
    return node, parent


def _is_read(name: str, reach: Reach) -> bool:
    return any(
        isinstance(child, ast.Name) and child.id == name and isinstance(child.ctx, ast.Load)
        for node in ast.walk(reach.definition.node)
        if not (isinstance(node, ast.Attribute) and node.attr in _NO_WAITING)
        for child in ast.iter_child_nodes(node)
    )
