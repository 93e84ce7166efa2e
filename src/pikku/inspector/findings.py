"""Diagnostics of what is read in one file."""

import ast

from pikku.model.diagnostic import Diagnostic
from pikku.model.place import Place
from pikku.model.rules import RULES


def place_at(node: ast.expr | ast.stmt, file: str) -> Place:
    """Where a node begins."""
    return Place(file, node.lineno, node.col_offset + 1)


def end_of(node: ast.expr | ast.stmt, file: str) -> Place:
    """Where a node has ended."""
    line, column = node.end_lineno or node.lineno, node.end_col_offset or node.col_offset
    return Place(file, line, column + 1)


def finding(code: str, message: str, place: Place, *, end: Place | None = None, fix: str | None = None) -> Diagnostic:
    """One diagnostic of a rule."""
    return Diagnostic(code=code, severity=RULES[code].severity, message=message, place=place, end=end, fix=fix)
