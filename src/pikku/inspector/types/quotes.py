"""Annotations that are written as texts."""

import ast


def unquoted(annotation: ast.expr) -> ast.expr | None:
    """The expression that is meant, quoted or not; `None` if the quoted text is no expression."""
    if not isinstance(annotation, ast.Constant) or not isinstance(annotation.value, str):
        return annotation
    try:
        return ast.parse(annotation.value.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def elements(subscript: ast.expr) -> list[ast.expr]:
    """What stands between the brackets of `X[…]`."""
    return subscript.elts if isinstance(subscript, ast.Tuple) else [subscript]
