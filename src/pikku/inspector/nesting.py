"""Which definitions a place is in."""

import ast

Block = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef


def blocks_around(tree: ast.Module, node: Block) -> list[Block]:
    """The functions and classes that a definition is in, from the outside to itself.

    Found by its place, because a file may have been read anew since the definition was found.
    """
    start, end = _span(node)
    found: list[Block] = []
    waiting: list[ast.AST] = list(tree.body)
    while waiting:
        each = waiting.pop()
        if hasattr(each, "lineno"):
            first, last = _span(each)
            if not (first <= start and end <= last):
                continue
            waiting = []
            if isinstance(each, Block):
                found.append(each)
                if (first, last) == (start, end):
                    break
        waiting.extend(ast.iter_child_nodes(each))
    return found


def _span(node: ast.AST) -> tuple[tuple[int, int], tuple[int, int]]:
    line, column = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
    decorators = [(each.lineno, each.col_offset) for each in getattr(node, "decorator_list", [])]
    end = getattr(node, "end_lineno", None) or line, getattr(node, "end_col_offset", None) or column
    return min([(line, column), *decorators]), end
