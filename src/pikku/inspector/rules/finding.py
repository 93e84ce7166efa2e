"""From something found in a body to a diagnostic that says what and where, and what to write instead."""

import ast

from pikku.inspector.names.symbols import Scope
from pikku.inspector.rules.reach import Reach, place_of
from pikku.model.diagnostic import Diagnostic
from pikku.model.place import Place
from pikku.model.rules import RULES

_LONGEST = 60


def finding(code: str, node: ast.AST, scope: Scope, message: str, fix: str | None = None) -> Diagnostic:
    """A diagnostic of a rule about a node of the source."""
    return Diagnostic(
        code=code,
        severity=RULES[code].severity,
        message=message,
        place=place_of(node, scope),
        end=_end_of(node, scope),
        fix=fix,
    )


def at_place(code: str, place: Place, message: str, fix: str | None = None) -> Diagnostic:
    """A diagnostic of a rule about something whose place is known."""
    return Diagnostic(code=code, severity=RULES[code].severity, message=message, place=place, fix=fix)


def found_in(reach: Reach, code: str, node: ast.AST, message: str, fix: str | None = None) -> Diagnostic:
    """As `finding`; where the code is not the body's own, the message tells how the body comes there."""
    called = reach.called_at
    way = "" if called is None else f" (executed by the workflow, which calls it at {called.file}:{called.line})"
    return finding(code, node, reach.scope, message + way, fix)


def source(node: ast.AST) -> str:
    """The source text of a node, shortened for messages."""
    text = ast.unparse(node).replace("\n", " ")
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _end_of(node: ast.AST, scope: Scope) -> Place | None:
    line, column = getattr(node, "end_lineno", None), getattr(node, "end_col_offset", None)
    return None if line is None or column is None else Place(scope.file, line, column + 1)
