"""Source texts, as nodes show them."""

import ast

from pikku.model.graph import DYNAMIC


def text_of(expression: ast.AST) -> str:
    """The expression as `ast.unparse` writes it."""
    try:
        return ast.unparse(expression)
    except (RecursionError, ValueError):  # nested beyond reason
        return DYNAMIC


def output_of(target: ast.expr) -> str:
    """The variable that something goes into; of several, `a, b`."""
    if isinstance(target, ast.Tuple | ast.List):
        return ", ".join(text_of(each) for each in target.elts)
    return text_of(target)
