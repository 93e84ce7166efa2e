"""Which definitions a place is in."""

import ast
from bisect import bisect_left
from collections.abc import Iterator

Block = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
_Position = tuple[int, int]


def blocks_around(tree: ast.Module, node: Block) -> list[Block]:
    """The functions and classes that a definition is in, from the outside to itself.

    Found by its place, because a file may have been read anew since the definition was found.
    """
    start, end = _start(node), _end(node)
    found: list[Block] = []
    waiting: list[ast.AST] = [tree]
    while waiting:
        each = waiting.pop()
        if hasattr(each, "lineno"):
            if not (_start(each) <= start and end <= _end(each)):
                continue
            waiting = []
            if isinstance(each, Block):
                found.append(each)
                if (_start(each), _end(each)) == (start, end):
                    break
        waiting.extend(_children(each, start))
    return found


def _children(node: ast.AST, start: _Position) -> Iterator[ast.AST]:
    """What may have the place in it. Of statements, which are in order, that is one: a function may have thousands."""
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, ast.AST):
            yield value
        elif isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            first = bisect_left(value, start, key=_end)
            yield from value[first : first + 1]
        elif isinstance(value, list):
            yield from (each for each in value if isinstance(each, ast.AST))


def _start(node: ast.AST) -> _Position:
    own = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
    decorators = getattr(node, "decorator_list", None)
    return min(own, *((each.lineno, each.col_offset) for each in decorators)) if decorators else own


def _end(node: ast.AST) -> _Position:
    line, column = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
    return getattr(node, "end_lineno", None) or line, getattr(node, "end_col_offset", None) or column
