"""PKU812: going on with whichever ends first."""

import ast
from collections.abc import Iterator

from pikku.inspector.names.symbols import Constant, External
from pikku.inspector.rules.finding import found_in
from pikku.inspector.rules.meaning import full_name
from pikku.inspector.rules.reach import Reach
from pikku.model.diagnostic import Diagnostic

_COMPLETIONS = frozenset({"asyncio.as_completed", "asyncio.tasks.as_completed"})
_TIMEOUTS = {
    "asyncio.wait_for": 1,
    "asyncio.timeout": 0,
    "asyncio.timeout_at": 0,
    "anyio.move_on_after": 0,
    "anyio.move_on_at": 0,
    "anyio.fail_after": 0,
    "anyio.fail_at": 0,
    "async_timeout.timeout": 0,
}
"""By the place of their argument that says how long."""
_FIRST = ("FIRST_COMPLETED", "FIRST_EXCEPTION")


def check_races(reach: Reach) -> Iterator[Diagnostic]:
    """Waits that depend on who is fastest: branches against each other, or steps against this process's clock."""
    for node in reach.nodes:
        if not isinstance(node, ast.Call):
            continue
        name = full_name(node.func, reach.scope)
        if name in _COMPLETIONS or (name in ("asyncio.wait", "asyncio.tasks.wait") and _is_for_the_first(node, reach)):
            message = f"`{name}` goes on with whichever ends first, and that need not be the same at a replay"
            yield found_in(reach, "PKU812", node, message, "wait for all with `asyncio.gather` or a `TaskGroup`")
        elif name in ("asyncio.wait", *_TIMEOUTS) and _limit(node, name, reach):
            message = f"`{name}` stops waiting by the clock of this process: at a replay the steps have ended at once"
            fix = 'limit the steps themselves: `ctx.workflow.do(…, timeout="30s")`'
            yield found_in(reach, "PKU812", node, message, fix)


def _is_for_the_first(call: ast.Call, reach: Reach) -> bool:
    for keyword in call.keywords:
        if keyword.arg == "return_when":
            symbol = reach.scope.resolve(keyword.value)
            name = symbol.name if isinstance(symbol, External) else getattr(symbol, "value", None)
            return str(name).endswith(_FIRST)
    return False


def _limit(call: ast.Call, name: str, reach: Reach) -> bool:
    """Whether it is given a time that is not known to be none."""
    given = [each.value for each in call.keywords if each.arg in ("timeout", "delay", "when", "deadline")]
    if name in _TIMEOUTS:
        given += call.args[_TIMEOUTS[name] :][:1]
    return bool(given) and reach.scope.resolve(given[0]) != Constant(None)
