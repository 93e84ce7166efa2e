"""Stored values inside documents: as JSON, not as strings of JSON, and told apart from no value."""

import msgspec
from msgspec import UNSET, Raw, UnsetType

from pikku.model.payload import Json

Embedded = Raw | UnsetType
"""A value in a document. Where there is none, the field is left out."""


def embed(text: Json | None) -> Embedded:
    """The value as a part of a document. Its numbers and strings are kept to the letter."""
    return UNSET if text is None else Raw(text.encode())


def extract(value: Embedded) -> Json | None:
    """The text of a value of a document, without the spaces that make the document readable."""
    return None if value is UNSET else Json(msgspec.json.format(bytes(value), indent=-1).decode())
