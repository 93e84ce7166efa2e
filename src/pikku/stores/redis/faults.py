"""What the errors of server and driver mean to those who asked."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from redis import exceptions
from redis.exceptions import (
    AskError,
    AuthenticationError,
    ClusterDownError,
    MasterDownError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
    TryAgainError,
)

from pikku.model.errors import StoreUnavailableError

FAULTS = (RedisError, OSError)

CUT = (exceptions.ConnectionError, exceptions.TimeoutError, OSError)
"""What is raised when there was no answer: nobody knows what became of the call."""

_REFUSALS = (
    AskError,
    AuthenticationError,
    ClusterDownError,
    MasterDownError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    TryAgainError,
)
_CODE = re.compile(
    r"\b(OOM|READONLY|MISCONF|NOREPLICAS|NOAUTH|NOPERM|WRONGPASS|BUSY|LOADING|MASTERDOWN|DENIED|UNBLOCKED)\b"
    r"|ACL failure in script|The user executing the script can't"
    r"|DB index is out of range|SELECT is not allowed|max number of clients"
)
"""Who we are and what we may do; no room, no disk, no replica, not the master, not ready. Redis 6 has the code of what went
wrong in a script in the middle of its text."""


@contextmanager
def told_of(where: object) -> Iterator[None]:
    """Errors of network, server and rights become `StoreUnavailableError`, in one line; a bug stays what it is."""
    try:
        yield
    except FAULTS as error:
        if not _is_unavailability(error):
            raise
        raise StoreUnavailableError(str(where), _said(error)) from error


def _is_unavailability(error: Exception) -> bool:
    if isinstance(error, ResponseError) and not isinstance(error, _REFUSALS):
        return _CODE.search(str(error)) is not None
    return True


def _said(error: Exception) -> str:
    if isinstance(error, AskError):
        # Never followed to the other node: it has some of the keys, and a script must have all of them.
        return f"the keys of slot {error.slot_id} are being moved to {error.host}:{error.port}"
    return " ".join(str(error).split()) or (
        "no answer in time" if isinstance(error, TimeoutError) else type(error).__name__
    )
