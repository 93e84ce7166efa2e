"""Definitions laid out as formatters leave them."""

from collections.abc import Sequence

from pikku.codegen.choices import choices

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


def alias(name: str, text: str, indent: int = 4) -> list[str]:
    """`name: TypeAlias = text` on one line if it fits, else in parentheses. Indented by whom it is given to."""
    head, room = f"{name}: TypeAlias = ", WIDTH - indent
    if len(head) + len(text) <= room or len(choices(text)) == 1:
        return [f"{head}{text}"]
    first, *more = choices(text)
    inner = [f"    {text}"] if len(text) + 4 <= room else [f"    {first}", *(f"    | {each}" for each in more)]
    return [f"{head}(", *inner, ")"]
