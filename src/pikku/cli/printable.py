"""Text of others, made safe to show: what a terminal would obey is shown as an escape instead."""

import re

# Controls (C0, DEL, C1), the separators that end lines, what turns the direction of writing, invisible marks, and halves
# of surrogate pairs.
_OBEYED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def printable(text: str) -> str:
    """The text on one line, without anything that a terminal would obey.

    >>> printable("a\\n\\x1b[31mb")
    'a\\\\n\\\\x1b[31mb'
    """
    return _OBEYED.sub(_escaped, text)


def printable_lines(text: str) -> list[str]:
    """The lines of a text, such as a stack, each without anything that a terminal would obey."""
    return [printable(line) for line in text.rstrip("\n").split("\n")]


def json_escaped(text: str) -> str:
    """The text of a JSON document whose strings hold nothing that a terminal would obey: the same document."""
    return _OBEYED.sub(lambda match: match[0] if match[0] == "\n" else f"\\u{ord(match[0]):04x}", text)


def shortened(text: str, length: int) -> str:
    """At most so many characters, the last of them "…" if there were more."""
    return text if len(text) <= length else text[: max(0, length - 1)] + "…"


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return _SHORT.get(match[0]) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")
