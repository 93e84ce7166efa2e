"""What the errors of server and driver mean to those who asked."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from redis.exceptions import (
    AuthenticationError,
    MasterDownError,
    NoPermissionError,
    OutOfMemoryError,
    ReadOnlyError,
    RedisError,
    ResponseError,
)

from pikku.model.errors import StoreUnavailableError

FAULTS = (RedisError, OSError)

_REFUSALS = (AuthenticationError, MasterDownError, NoPermissionError, OutOfMemoryError, ReadOnlyError)
_CODE = re.compile(
    r"\b(OOM|READONLY|MISCONF|NOREPLICAS|NOAUTH|NOPERM|WRONGPASS|BUSY|LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|UNBLOCKED)\b"
    r"|DB index is out of range|max number of clients"
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
    return " ".join(str(error).split()) or type(error).__name__
