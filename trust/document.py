"""The document that makes the promises, and the places in it where figures are written."""

from collections.abc import Iterable, Sequence

from trust.promise import DOCUMENT


def write(name: str, text: str) -> None:
    """Put a text at the place of that name."""
    DOCUMENT.write_text(with_text(DOCUMENT.read_text(), name, text))


def with_text(document: str, name: str, text: str) -> str:
    """The document with a text between the marks of that name. Raises `ValueError` if they are not there."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
    before, found, rest = document.partition(begin)
    _, ended, after = rest.partition(end)
    if not (found and ended):
        raise ValueError(f"{DOCUMENT.name} has no place between {begin.strip()} and {end.strip()}")
    return f"{before}{begin}{text}{end}{after}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]], *, right: int = 1) -> str:
    """A table of the document, whose last columns, so many, are figures."""
    left = len(head) - right
    marks = ["---"] * left + ["--:"] * right
    return "".join(f"| {' | '.join(line)} |\n" for line in (head, marks, *rows))
