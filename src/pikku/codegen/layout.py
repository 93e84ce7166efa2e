"""Definitions laid out as formatters leave them."""

from collections.abc import Sequence

WIDTH = 120


def method(head: str, parameters: Sequence[str], returns: str, tail: str = " ...") -> list[str]:
    """`def head(parameters) -> returns: ...` on one line if it fits, else with one parameter on each.

    Of a class that will be indented itself, under a condition.
    """
    indent = 4
    space = " " * indent
    line = f"{space}{head}({', '.join(parameters)}) -> {returns}:{tail}"
    if len(line) + indent <= WIDTH:
        return [line]
    return [f"{space}{head}(", *(f"{space}    {each}," for each in parameters), f"{space}) -> {returns}:{tail}"]


def bracketed(head: str, items: Sequence[str], tail: str, indent: int = 0) -> list[str]:
    """`head` + items + `tail` on one line if it fits, else with one item on each."""
    space = " " * indent
    line = f"{space}{head}{', '.join(items)}{tail}"
    if len(line) <= WIDTH:
        return [line]
    return [f"{space}{head}", *(f"{space}    {each}," for each in items), f"{space}{tail}"]
