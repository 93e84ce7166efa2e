"""What the errors of database and driver mean to those who use the queue."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
from pgqueuer.errors import PgqException

from pikku.model.address import shown_address
from pikku.model.errors import QueueError

FAULTS = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
    PgqException,
)
_LOST = ("08", "53", "57")
"""The connection broke, the server has no room, or it is shut down or restarted."""

_IN_EACH_OTHERS_WAY = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)


@contextmanager
def told_of(where: str) -> Iterator[None]:
    """Errors of network, server, rights and tables become `QueueError`, in one line that names the place."""
    try:
        yield
    except FAULTS as error:
        raise QueueError(f"the queue {where} does not answer: {_said(error)}") from error


@contextmanager
def told_of_tables(where: str) -> Iterator[None]:
    """In a transaction of the store: what is wrong with the queue alone becomes `QueueError`.

    A lost connection, and others in the way, are the store's affair.
    """
    try:
        yield
    except FAULTS as error:
        if is_loss(error) or isinstance(error, _IN_EACH_OTHERS_WAY):
            raise
        raise QueueError(f"the queue {where} cannot be written: {_said(error)}") from error


def is_loss(error: BaseException) -> bool:
    """Whether it is the connection that is lost, so that the same may work on another one."""
    if isinstance(error, asyncpg.DataError | asyncpg.ClientConfigurationError):
        return False
    if isinstance(error, asyncpg.PostgresError):
        return (error.sqlstate or "08").startswith(_LOST)
    return isinstance(error, asyncpg.InterfaceError | asyncpg.InternalClientError | OSError | TimeoutError)


def shown(dsn: str) -> str:
    """The address as it may be shown and logged: nothing but host and database."""
    return shown_address(dsn)


def _said(error: BaseException) -> str:
    return " ".join(str(error).split()) or type(error).__name__
