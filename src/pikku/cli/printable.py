"""Text of others, made safe to show: what a terminal would obey is shown as an escape instead."""

import json
import re

# Controls (C0, DEL, C1), the separators that end lines, what turns the direction of writing, invisible marks and letters
# without a shape, halves of surrogate pairs, and tags, in which whole texts can be hidden.
_OBEYED = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
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
    return _OBEYED.sub(lambda match: match[0] if match[0] == "\n" else json.dumps(match[0])[1:-1], text)


def shortened(text: str, length: int) -> str:
    """At most so many characters, the last of them "…" if there were more."""
    return text if len(text) <= length else text[: max(0, length - 1)] + "…"


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return _SHORT.get(match[0]) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")
