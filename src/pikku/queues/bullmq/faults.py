"""What the errors of server and driver mean to those who use the queue."""

from collections.abc import Iterator
from contextlib import contextmanager

from redis.exceptions import RedisError

from pikku.model.errors import QueueError

FAULTS = (RedisError, OSError)


@contextmanager
def told_of(where: object) -> Iterator[None]:
    """Errors of network, server and rights, and what is no text, become `QueueError`, in one line that names the place."""
    try:
        yield
    except (*FAULTS, UnicodeDecodeError) as error:
        raise QueueError(f"the queue {where} does not answer: {said(error)}") from error


def said(error: BaseException) -> str:
    """The error in one line."""
    return " ".join(str(error).split()) or type(error).__name__
