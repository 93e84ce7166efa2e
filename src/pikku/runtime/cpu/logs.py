"""What is logged in a child is written by its parent, where logging is set up."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from pikku.runtime.cpu.messages import Logged

_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}


def function_logger(name: str) -> logging.Logger:
    """The logger behind `ctx.logger` of a function."""
    return logging.getLogger(f"pikku.function.{name}")


def levels_for(name: str) -> dict[str, int]:
    """In the parent: from which level on a child need tell what it logs."""
    return {logger.name: logger.getEffectiveLevel() for logger in (logging.getLogger(), function_logger(name))}


def set_levels(levels: Mapping[str, int]) -> None:
    """In a child: log what the parent wants to hear."""
    for name, level in levels.items():
        logging.getLogger(name if name != "root" else None).setLevel(level)


def write(line: Logged) -> None:
    """In the parent: log as if it were said here."""
    logger = logging.getLogger(line.logger)
    if not logger.isEnabledFor(line.level):
        return
    record = logger.makeRecord(
        line.logger, line.level, line.path, line.line, line.message, (), None, line.function, line.extra
    )
    record.created, record.msecs, record.process = line.created, line.created % 1 * 1_000, line.process
    record.exc_text = line.stack
    logger.handle(record)


class Forward(logging.Handler):
    """In a child: tells the parent each record."""

    def __init__(self, send: Callable[[Logged], None]) -> None:
        super().__init__()
        self._send = send

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._send(_line(record))
        except Exception:  # noqa: BLE001  a line that cannot be logged is no error of the function
            self.handleError(record)


def _line(record: logging.LogRecord) -> Logged:
    return Logged(
        logger=record.name,
        level=record.levelno,
        message=record.getMessage(),
        path=record.pathname,
        line=record.lineno,
        function=record.funcName or "",
        created=record.created,
        process=record.process or 0,
        stack=_formatter.formatException(record.exc_info) if record.exc_info else record.exc_text,
        extra={name: _plain(value) for name, value in vars(record).items() if name not in _USUAL},
    )


def _plain(value: Any) -> Any:
    try:
        return msgspec.json.decode(msgspec.json.encode(value))
    except (TypeError, ValueError, OverflowError, RecursionError):
        return repr(value)


_formatter = logging.Formatter()
