"""What the errors of the driver mean to those who asked."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from pikku.model.errors import StoreUnavailableError

_UNAVAILABLE = re.compile(
    "08"  # the connection broke
    "|25006"  # the database only reads
    "|28|3D000|42501"  # who we are, which database, what we may do
    "|40|55P03"  # transactions in each other's way, more often than we tried again
    "|53|57|58"  # no room, shut down, disk trouble
)
FAULTS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
IN_EACH_OTHERS_WAY = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
THERE_ALREADY = asyncpg.UniqueViolationError
UNWRITABLE = asyncpg.CharacterNotInRepertoireError
"""A text with a NUL character."""


@contextmanager
def told_of(where: object) -> Iterator[None]:
    """Errors of network, server and rights become `StoreUnavailableError`, in one line; a bug stays what it is."""
    try:
        yield
    except FAULTS as error:
        if told := as_unavailable(where, error):
            raise told from error
        raise


def as_unavailable(where: object, error: BaseException) -> StoreUnavailableError | None:
    """What is told of an error instead; `None` if it stays what it is."""
    if isinstance(error, FAULTS) and _is_unavailability(error):
        return StoreUnavailableError(str(where), _said(error))
    return None


def forget_rows(error: BaseException) -> None:
    """Leave out of an error what PostgreSQL quotes in it: a row that was refused, with all that is secret in it."""
    if isinstance(error, asyncpg.PostgresError):
        error.detail = None


def _is_unavailability(error: BaseException) -> bool:
    if isinstance(error, asyncpg.DataError | asyncpg.ClientConfigurationError):
        return False
    if isinstance(error, asyncpg.PostgresError):
        return _UNAVAILABLE.match(error.sqlstate or "08") is not None
    return True


def _said(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
