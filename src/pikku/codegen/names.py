"""Names and texts of the application, as they can be written in Python."""

import keyword
import re
from collections.abc import Callable, Iterable


def quoted(text: str) -> str:
    """A text as a literal, in the quotes that formatters prefer."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    escaped = "".join(_escaped(letter, quote) for letter in text)
    return f"{quote}{escaped}{quote}"


def quoted_line(text: str) -> str:
    """A text within a docstring, on one line."""
    line = " ".join(text.split())
    return "".join(_escaped(letter, "") for letter in line).replace('"""', "'''")


def docstring(text: str, limit: int = 100) -> str:
    """A line as a docstring, shortened to its first sentences."""
    line = " ".join(text.split())
    line = line if len(line) <= limit else f"{line[: limit - 1]}…"
    return (
        '"""' + "".join(_escaped(letter, '"' if '"""' in line or line.endswith('"') else "") for letter in line) + '"""'
    )


def is_attribute(name: str) -> bool:
    """Whether it can stand behind a dot, and be completed by an editor."""
    return name.isidentifier() and not keyword.iskeyword(name) and not name.startswith("_") and name != "property"


def identifiers(names: Iterable[str], wish: Callable[[str], str] = str) -> dict[str, str]:
    """An identifier for each name, each another one: `order_fulfillment` for `order-fulfillment`."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in sorted(set(names), key=lambda each: (not is_attribute(wish(each)), each)):
        base = re.sub(r"\W", "_", wish(name), flags=re.ASCII)
        base = f"_{base}" if base[:1].isdigit() or not base else base
        base = f"{base}_" if keyword.iskeyword(base) else base
        candidate, count = base, 1
        while candidate in taken:
            count += 1
            candidate = f"{base}_{count}"
        taken.add(candidate)
        found[name] = candidate
    return found


def _escaped(letter: str, quote: str) -> str:
    if letter == "\\" or (quote and letter == quote):
        return f"\\{letter}"
    return letter if letter.isprintable() else letter.encode("unicode_escape").decode()
