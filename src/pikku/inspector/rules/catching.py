"""PKU814: catching what ends a body from outside."""

import ast
from collections.abc import Iterator

from pikku.inspector.rules.finding import found_in
from pikku.inspector.rules.meaning import full_name
from pikku.inspector.rules.reach import Reach
from pikku.model.diagnostic import Diagnostic

_ENDINGS = frozenset(
    {"BaseException", "asyncio.CancelledError", "asyncio.exceptions.CancelledError", "BaseExceptionGroup"}
)
_AWAITS = (ast.Await, ast.AsyncFor, ast.AsyncWith)
_FIX = "catch `Exception`, or end the handler with `raise`"


def check_catching(reach: Reach) -> Iterator[Diagnostic]:
    """Handlers that keep a cancelled run, or one that another process took over, going on."""
    for node in reach.nodes:
        if isinstance(node, (ast.Try, ast.TryStar)) and _awaits(node.body, reach):
            yield from _handlers(node, reach)
            yield from _endings(node, reach)
        elif isinstance(node, (ast.With, ast.AsyncWith)) and _awaits(node.body, reach):
            yield from _suppressed(node, reach)


def _handlers(node: ast.Try | ast.TryStar, reach: Reach) -> Iterator[Diagnostic]:
    for handler in node.handlers:
        caught = _ending_caught(handler, reach)
        if caught is not None and not _inside(handler.body, reach, (ast.Raise,)):
            message = f"`{caught}` catches what ends a body from outside: cancelling the run, or another owner"
            yield found_in(reach, "PKU814", handler, message, _FIX)
        if _catches_all(handler, reach):
            return


def _endings(node: ast.Try | ast.TryStar, reach: Reach) -> Iterator[Diagnostic]:
    for leaving in _inside(node.finalbody, reach, (ast.Return,)):
        message = "`return` in `finally` swallows what ends a body from outside: cancelling the run, or another owner"
        yield found_in(reach, "PKU814", leaving, message, "return behind the `try` statement")


def _suppressed(node: ast.With | ast.AsyncWith, reach: Reach) -> Iterator[Diagnostic]:
    for item in node.items:
        call = item.context_expr
        if isinstance(call, ast.Call) and full_name(call.func, reach.scope) == "contextlib.suppress":
            for caught in call.args:
                if full_name(caught, reach.scope) in _ENDINGS:
                    message = f"`suppress({ast.unparse(caught)})` catches what ends a body from outside"
                    yield found_in(reach, "PKU814", call, message, "suppress classes of `Exception` only")


def _ending_caught(handler: ast.ExceptHandler, reach: Reach) -> str | None:
    if handler.type is None:
        return "except:"
    classes = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    for each in classes:
        if full_name(each, reach.scope) in _ENDINGS:
            return f"except {ast.unparse(each)}"
    return None


def _catches_all(handler: ast.ExceptHandler, reach: Reach) -> bool:
    return handler.type is None or full_name(handler.type, reach.scope) == "BaseException"


def _awaits(statements: list[ast.stmt], reach: Reach) -> bool:
    return bool(_inside(statements, reach, _AWAITS)) or any(
        node.is_async
        for statement in statements
        for node in ast.walk(statement)
        if isinstance(node, ast.comprehension) and node in reach.parents
    )


def _inside(statements: list[ast.stmt], reach: Reach, kinds: tuple[type[ast.AST], ...]) -> list[ast.AST]:
    """The nodes of these kinds that are executed with the statements, and not in functions within."""
    return [
        node
        for statement in statements
        for node in ast.walk(statement)
        if isinstance(node, kinds) and (node in reach.parents or node is statement)
    ]
