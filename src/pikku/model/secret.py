"""The mark of what must not be shown: `password: Annotated[str, Secret]`."""

import json
from collections.abc import Collection
from typing import final

HIDDEN = "***"
"""What stands in the place of a secret wherever something is shown."""

SHORTEST = 3
"""In characters. What is shorter is not looked for in texts: it would be found everywhere."""


@final
class Secret:
    """Marks a field, or a whole value, that must not be shown: `password: Annotated[str, Secret]`.

    It is stored as it is, and functions get it as it is. Logs, errors, `pikku show`, `history` and `runs` have `***` instead.
    """


def written(secret: str) -> set[str]:
    """How a secret may stand in a text: as it is, and as Python and JSON write it."""
    return {secret, repr(secret)[1:-1], json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}


def without(text: str, secrets: Collection[str]) -> str:
    """The text with `***` in the place of each secret; the longest first, as one may be a part of another."""
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST:
            text = text.replace(secret, HIDDEN)
    return text
