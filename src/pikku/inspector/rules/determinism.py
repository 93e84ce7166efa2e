"""PKU801 to PKU807, PKU810, PKU813: calls that belong into steps."""

import ast
from collections.abc import Iterator

from pikku.inspector.names.symbols import Constant
from pikku.inspector.rules.finding import found_in, source
from pikku.inspector.rules.meaning import full_name
from pikku.inspector.rules.reach import Reach
from pikku.inspector.rules.table import Table
from pikku.inspector.rules.tables import TABLES
from pikku.inspector.rules.tables.chance import CHANCE, OF_A_SOURCE, SEEDED
from pikku.inspector.rules.tables.clock import CLOCK, TAKES_A_TIME
from pikku.inspector.rules.tables.waiting import WAITING
from pikku.model.diagnostic import Diagnostic

_METHODS = frozenset(name for table in TABLES for name in table.calls if name.startswith("os.environ."))
"""They are found as calls."""
_LIVING = frozenset(
    {"open", "connect", "environ", "environb", "create_connection", "create_pool", "urlopen", "shuffle"}
)
"""What gives something that cannot be stored, or nothing at all. So do classes."""
_FIXES = {"PKU810": "wait with `await ctx.workflow.sleep(…)`, which is kept over crashes"}


def check_calls(reach: Reach) -> Iterator[Diagnostic]:
    """What is called or read that is another one at every replay."""
    called: set[ast.AST] = set()
    for node in reach.nodes:
        if isinstance(node, ast.Call):
            name = full_name(node.func, reach.scope)
            table = None if name is None else _table_of(name, node, reach)
            if name is not None and table is not None:
                called.update(ast.walk(node.func))
                yield _finding(reach, node, name, table)
        elif isinstance(node, (ast.Attribute, ast.Name)) and node not in called:
            yield from _reads(reach, node)


def _table_of(name: str, call: ast.Call, reach: Reach) -> Table | None:
    if name in SEEDED:
        return None if _has_seed(call, reach) else CHANCE
    if name in OF_A_SOURCE and isinstance(call.func, ast.Attribute):
        return None if reach.scope.variable_of(call.func.value) is None else CHANCE
    for table in TABLES:
        if table.forbids_call(name):
            return None if _is_harmless(name, call, table) else table
    return None


def _is_harmless(name: str, call: ast.Call, table: Table) -> bool:
    if table is CLOCK:
        return len(call.args) >= TAKES_A_TIME.get(name, 100)
    # One turn of the loop, and no time.
    return table is WAITING and bool(call.args) and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0


def _has_seed(call: ast.Call, reach: Reach) -> bool:
    """Whether it is given a seed that is not known to be none, or to differ: what differs is found by itself."""
    seeds = [*call.args, *(keyword.value for keyword in call.keywords)]
    return bool(seeds) and reach.scope.resolve(seeds[0]) != Constant(None)


def _reads(reach: Reach, node: ast.Attribute | ast.Name) -> Iterator[Diagnostic]:
    if not isinstance(node.ctx, ast.Load):
        return
    name = full_name(node, reach.scope)
    if name is None:
        return
    parent = reach.parents.get(node)
    if isinstance(parent, ast.Attribute) and full_name(parent, reach.scope) in _METHODS:
        return
    for table in TABLES:
        if table.forbids_read(name):
            yield _finding(reach, node, name, table)


def _finding(reach: Reach, node: ast.expr, name: str, table: Table) -> Diagnostic:
    fix = _FIXES.get(table.code)
    last = name.rpartition(".")[2]
    if fix is None and (last in _LIVING or last[:1].isupper()):
        fix = f'do it in a step: give `ctx.workflow.do("{table.step}", …)` a function that returns what the body needs of it'
    if fix is None:
        fix = f"do it in a step: `await ctx.workflow.do({table.step!r}, lambda: {source(node)})`".replace("'", '"', 2)
    return found_in(reach, table.code, node, table.reason.format(name=f"`{name}`"), fix)
