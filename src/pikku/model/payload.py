"""A stored value: the text of one JSON document."""

from typing import Any, NewType

import msgspec

Json = NewType("Json", str)
"""The text of one JSON document. `Json("null")` is a stored null; `None` in its place means that there is no value."""

NULL = Json("null")

_plain = msgspec.json.Decoder()


def parse(text: Json) -> Any:
    """The plain value (dict, list, str, int, float, bool, None) that the text stands for."""
    return _plain.decode(text)
