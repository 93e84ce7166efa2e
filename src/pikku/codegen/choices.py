"""Texts of types that are one of several: `list[A | B] | None`."""

from collections.abc import Iterable

ANY = "typing.Any"


def union(forms: Iterable[str]) -> str:
    """One of these types, each named once, `None` last."""
    parts = list(dict.fromkeys(forms))
    if ANY in parts:
        return ANY
    if "None" in parts:
        parts = [*(each for each in parts if each != "None"), "None"]
    return " | ".join(parts)


def choices(text: str) -> list[str]:
    """The types that a text is one of: `list[A | B]` and `None`."""
    parts, depth, begin, quote = [], 0, 0, ""
    for index, letter in enumerate(text):
        if quote:
            quote = "" if letter == quote and text[index - 1] != "\\" else quote
        elif letter in "'\"":
            quote = letter
        elif letter == "|" and depth == 0:
            parts.append(text[begin:index].strip())
            begin = index + 1
        else:
            depth += (letter == "[") - (letter == "]")
    return [*parts, text[begin:].strip()]
