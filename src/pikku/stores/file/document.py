"""The text of a document: JSON that people can read."""

from typing import Any

import msgspec

_DEEP = 200
_ROOM = 64


def write_document(record: Any) -> bytes:
    """Raises `ValueError` for what is neither JSON nor Unicode, `RecursionError` for what is nested too deeply."""
    text = msgspec.json.format(msgspec.json.encode(record), indent=2)
    if text.count(b"[") + text.count(b"{") > _DEEP:
        # What can just be written here must not be too deep for the journal, or for a reader further up the stack.
        msgspec.json.format(b"[" * _ROOM + text + b"]" * _ROOM, indent=-1)
    return text + b"\n"
