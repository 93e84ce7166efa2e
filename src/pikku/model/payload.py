"""A stored value: the text of one JSON document."""

import re
from itertools import accumulate
from typing import Any, NewType

import msgspec

Json = NewType("Json", str)
"""The text of one JSON document. `Json("null")` is a stored null; `None` in its place means that there is no value."""

NULL = Json("null")

DEEPEST = 200
"""So many levels of nesting a stored value may have. More could be written, but not be read further up a stack."""

TOO_DEEP = f"more than {DEEPEST} levels of nesting"

_ALIKE = bytes.maketrans(b"{}", b"[]")
_STRING = re.compile(rb'"[^"]*"')
_NEITHER_BRACKET_NOR_QUOTE = bytes(set(range(256)) - set(b'[]{}"'))
_QUICK_LEVELS = 8
_plain = msgspec.json.Decoder()


def parse(text: Json) -> Any:
    """The plain value (dict, list, str, int, float, bool, None) that the text stands for."""
    return _plain.decode(text)


def is_too_deep(text: bytes) -> bool:
    """Whether a JSON document has more than `DEEPEST` levels. Cheap for what has few parts, or few levels."""
    if len(text) <= 2 * DEEPEST or text.count(b"[") + text.count(b"{") <= DEEPEST:
        return False
    brackets, levels = _brackets(text), 0
    while brackets and levels < _QUICK_LEVELS:
        brackets = brackets.replace(b"[]", b"")  # the innermost level goes
        levels += 1
    left = accumulate(1 if each == ord("[") else -1 for each in brackets)
    return levels + max(left, default=0) > DEEPEST


def _brackets(text: bytes) -> bytes:
    """Those of lists and objects, all as square ones."""
    if b"\\" in text:
        text = text.replace(rb"\\", b"").replace(rb"\"", b"")
    # Quotes are left, so that two in a row are a string without a bracket in it; there are few others.
    found = text.translate(_ALIKE, _NEITHER_BRACKET_NOR_QUOTE).replace(b'""', b"")
    return _STRING.sub(b"", found) if b'"' in found else found
