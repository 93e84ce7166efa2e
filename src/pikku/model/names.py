"""Texts that every store can hold."""

LONGEST_NAME = 512


def name_problem(name: object) -> str | None:
    """Why this cannot be the name of a step, function or workflow; `None` if it can."""
    if not isinstance(name, str):
        return f"it is of type {type(name).__name__}; a name is a text"
    if not 1 <= len(name) <= LONGEST_NAME:
        return f"it has {len(name)} characters; 1 to {LONGEST_NAME} are allowed"
    if not is_storable(name):
        return "it has a NUL character or half a surrogate pair"
    return None


def is_storable(text: str) -> bool:
    """Whether every store can hold the text: one that has a NUL character or half a surrogate pair is nobody's name."""
    return text == storable(text)


def quoted(name: str) -> str:
    """The name as errors show it: what is too long to be one is not shown whole."""
    return repr(name) if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]!r}… ({len(name):,} characters)"


def storable(text: str) -> str:
    """The text without what some store cannot hold: NUL characters and halves of surrogate pairs become `?`."""
    text = text.replace("\x00", "?")
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
