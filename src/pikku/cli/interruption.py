"""Ctrl-C and SIGTERM: the first one lets the work hand back what it has, the second one ends the process."""

import asyncio
import os
import signal
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, TypeVar

from pikku.cli import event_loop
from pikku.cli.refusal import Interrupted
from pikku.cli.terminal import tell

T = TypeVar("T")

SIGNALS = (signal.SIGINT, signal.SIGTERM)
PATIENCE = 0.3
FIRST_WORDS = "pikku: waiting for what is being executed, to hand the rest back; once more to end at once"
LAST_WORDS = "ended at once; `pikku recover` goes on once the lease has run out"
SHOW_CURSOR = b"\x1b[?25h"


class HandedBack(BaseException):
    """Work that was cancelled has been left to others; `advice` says who goes on with it."""

    def __init__(self, advice: str) -> None:
        self.advice = advice
        super().__init__(advice)


def run_interruptibly(work: Coroutine[Any, Any, T], last_words: str = LAST_WORDS) -> T:
    """What the work returns. At a signal it is cancelled, and may end in its own way; raises `Interrupted` if it does not
    return all the same. The `last_words` are said at a second signal.
    """
    return event_loop.run(_interruptible(work, f"pikku: {last_words}\n".encode()))


async def _interruptible(work: Coroutine[Any, Any, T], last_words: bytes) -> T:
    task = asyncio.ensure_future(work)
    received: list[int] = []
    with _on_signals(task, received, last_words):
        try:
            return await task
        except (asyncio.CancelledError, HandedBack) as end:
            if not received:
                raise
            raise Interrupted(received[0], end.advice if isinstance(end, HandedBack) else "") from None


@contextmanager
def _on_signals(task: "asyncio.Task[Any]", received: list[int], last_words: bytes) -> Iterator[None]:
    loop = asyncio.get_running_loop()
    telling: list[asyncio.TimerHandle] = []

    def interrupt() -> None:
        task.cancel()
        if not task.done():
            telling.append(loop.call_later(PATIENCE, tell, FIRST_WORDS))

    def on_signal(number: int, frame: FrameType | None) -> None:
        # Not through the loop alone: a body that blocks the loop must not block the second Ctrl-C.
        received.append(number)
        if len(received) > 1:
            _end_at_once(number, last_words)
        loop.call_soon_threadsafe(interrupt)

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


def _end_at_once(number: int, last_words: bytes) -> None:
    os.write(2, SHOW_CURSOR + b"\n" + last_words if os.isatty(2) else last_words)
    os._exit(128 + number)
