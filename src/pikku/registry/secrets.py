"""What was read here and must not be shown: by a body, a step or a job, and by what comes of them."""

import logging
from collections.abc import Collection
from contextvars import ContextVar

from pikku.model.secret import without

_known: ContextVar[set[str] | None] = ContextVar("pikku_secrets", default=None)
_formatter = logging.Formatter()
_USUAL = frozenset(vars(logging.makeLogRecord({}))) - {"msg", "exc_text", "stack_info"}


def keep_secrets() -> None:
    """Remember from now on, in this context and in those that come of it, which secrets are read. Earlier ones are forgotten."""
    _known.set(set())


def remember(secrets: Collection[str]) -> None:
    """These are secret. Nobody remembers them where nobody keeps secrets."""
    known = _known.get()
    if known is not None:
        known.update(secrets)


def concealed(text: str) -> str:
    """The text with `***` in the place of the secrets that were read here."""
    known = _known.get()
    return without(text, known) if known else text


def concealing(logger: logging.Logger) -> logging.Logger:
    """The logger, which says no secret that was read where it is used."""
    logger.addFilter(_conceal)
    return logger


def _conceal(record: logging.LogRecord) -> bool:
    if not _known.get():
        return True
    record.msg, record.args = record.getMessage(), None
    if record.exc_info:
        # The exception itself is kept from handlers: what they would make of it, nobody knows.
        record.exc_text, record.exc_info = _formatter.formatException(record.exc_info), None
    for name, value in list(vars(record).items()):
        if isinstance(value, str) and name not in _USUAL:
            setattr(record, name, concealed(value))
    return True
