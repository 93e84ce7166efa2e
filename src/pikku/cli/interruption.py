"""Ctrl-C and SIGTERM: the first one lets the work hand back what it has, the second one ends the process."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

from pikku.cli import event_loop
from pikku.cli.refusal import Interrupted
from pikku.cli.terminal import tell

T = TypeVar("T")

SIGNALS = (signal.SIGINT, signal.SIGTERM)
PATIENCE = 0.3
ECHO_S = 0.1
"""A signal that comes again so soon is the same one: from the terminal, and from a parent that passes it on."""

FIRST_WORDS = "pikku: waiting for what is being executed, to hand the rest back; once more to end at once"
LAST_WORDS = "ended at once; `pikku recover` goes on once the lease has run out"
SHOW_CURSOR = b"\x1b[?25h"


class HandedBack(BaseException):
    """Work that was cancelled has been left to others; `advice` says who goes on with it."""

    def __init__(self, advice: str) -> None:
        self.advice = advice
        super().__init__(advice)


class _Received:
    """The signals that have come."""

    def __init__(self, last_words: bytes, on_first: Callable[[], None]) -> None:
        self._last_words = last_words
        self._on_first = on_first
        self.first: int | None = None
        self._came = 0.0

    def take_first(self, number: int) -> bool:
        """Whether this is the first one."""
        if self.first is not None:
            return False
        self.first, self._came = number, time.monotonic()
        self._on_first()
        return True

    def take_next(self, number: int) -> None:
        """End the process at once, unless this still is the first one."""
        if time.monotonic() - self._came > ECHO_S:
            os.write(2, SHOW_CURSOR + b"\n" + self._last_words if os.isatty(2) else self._last_words)
            os._exit(128 + number)


def run_interruptibly(
    work: Coroutine[Any, Any, T], last_words: str = LAST_WORDS, on_first: Callable[[], None] = lambda: None
) -> T:
    """What the work returns. At a signal it is cancelled, and may end in its own way; raises `Interrupted` if it does not
    return all the same. `on_first` is called at the first signal, even if the event loop is blocked; the `last_words` are
    said at the second one.
    """
    received = _Received(f"pikku: {last_words}\n".encode(), on_first)
    return event_loop.run(_interruptible(work, received))


async def _interruptible(work: Coroutine[Any, Any, T], received: "_Received") -> T:
    task = asyncio.ensure_future(work)
    with _on_signals(task, received):
        try:
            return await task
        except (asyncio.CancelledError, HandedBack) as end:
            if received.first is None:
                raise
            raise Interrupted(received.first, end.advice if isinstance(end, HandedBack) else "") from None


@contextmanager
def _on_signals(task: "asyncio.Task[Any]", received: "_Received") -> Iterator[None]:
    loop = asyncio.get_running_loop()
    telling: list[asyncio.TimerHandle] = []

    def interrupt() -> None:
        task.cancel()
        if not task.done():
            telling.append(loop.call_later(PATIENCE, tell, FIRST_WORDS))

    def on_signal(number: int, frame: FrameType | None) -> None:
        # Not through the loop alone: a body that blocks the loop must not block the second Ctrl-C.
        if received.take_first(number):
            loop.call_soon_threadsafe(interrupt)
        else:
            received.take_next(number)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, on_signal) for number in SIGNALS}
    try:
        yield
    finally:
        for timer in telling:
            timer.cancel()
        for number, handler in before.items():
            signal.signal(number, handler)
