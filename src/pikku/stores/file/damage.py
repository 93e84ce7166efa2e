"""What cannot be read, and what its owner can do about it."""

from pikku.model.errors import StoreError

UNREADABLE = (ValueError, OverflowError, RecursionError)
"""What reading a damaged document raises, and writing what is neither JSON nor Unicode."""


def damaged(path: str, problem: object, advice: str) -> StoreError:
    """The error about a document; the advice says what becomes of it when the file is moved away."""
    return StoreError(f"{path} cannot be read: {problem}; mend it or restore it from a backup; {advice}")
