"""PKU808: variables of a module that change while the process lives."""

import ast
from collections.abc import Collection, Iterator

from pikku.inspector.rules.finding import found_in
from pikku.inspector.rules.meaning import full_name
from pikku.inspector.rules.reach import Reach
from pikku.model.diagnostic import Diagnostic


def check_variables(reach: Reach, changed: Collection[str]) -> Iterator[Diagnostic]:
    """Reads of what some function of the project changes, each name once."""
    told: set[str] = set()
    for node in reach.nodes if changed else ():
        if not isinstance(node, (ast.Name, ast.Attribute)):
            continue
        name = reach.scope.variable_of(node)
        if name is not None and name in changed and name not in told and not _is_logger(node, reach):
            told.add(name)
            message = f"`{name}` changes while a process lives: a replay in another one finds another value"
            fix = "keep it in a local variable, or read it in a step"
            yield found_in(reach, "PKU808", node, message, fix)


def _is_logger(node: ast.expr, reach: Reach) -> bool:
    """Whatever level a logger has been set to, the body does the same."""
    bound = reach.scope.binding(node)
    if bound is None or not isinstance(bound[0], ast.Call):
        return False
    return str(full_name(bound[0].func, bound[1])).endswith(("getLogger", "get_logger"))
