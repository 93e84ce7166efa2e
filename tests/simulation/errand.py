"""Work beside an event loop: a thread that only runs while everything else stands still."""

import threading
from collections.abc import Callable
from typing import Any

Done = Callable[[Any, BaseException | None], None]
Request = Callable[[Done], None]
"""Asks the world for something; the answer comes later."""

_idle: list["_Hand"] = []
_errands = threading.local()


class Abandoned(BaseException):
    """The process of this thread is dead."""


class Errand:
    """Does `work` in a thread, and says how it went to `done`.

    The thread goes on only inside `begin` and `answer`, and these return when it waits again or has ended: nothing ever
    happens at the same time, and every seed can be repeated.
    """

    def __init__(self, work: Callable[[], Any], done: Done) -> None:
        self._work = work
        self._done = done
        self._hand: _Hand | None = None
        self._request: Request | None = None
        self._answer: tuple[Any, BaseException | None] = (None, None)
        self._end: tuple[Any, BaseException | None] | None = None

    def begin(self) -> None:
        self._hand = _idle.pop() if _idle else _Hand()
        self._hand.run(self._do)
        self._see()

    def answer(self, value: Any, error: BaseException | None) -> None:
        """Let the thread go on with what it has asked for."""
        if self._hand is not None:
            self._answer = (value, error)
            self._hand.go_on()
            self._see()

    def abandon(self) -> None:
        """End the thread where it waits. Nobody hears of it."""
        self._done = _nobody
        if self._hand is not None:
            self.answer(None, Abandoned())

    def ask(self, request: Request) -> Any:
        """In the thread: wait for an answer of the world."""
        hand = self._hand
        if hand is None:
            raise AssertionError("only a thread that is under way can ask")
        self._request = request
        hand.wait()
        value, error = self._answer
        if error is not None:
            raise error
        return value

    def _do(self) -> None:
        _errands.current = self
        try:
            self._end = (self._work(), None)
        except BaseException as error:  # noqa: BLE001  it is told to whoever waits
            self._end = (None, error)

    def _see(self) -> None:
        hand, end, request = self._hand, self._end, self._request
        self._request = None
        if end is not None and hand is not None:
            self._hand = None
            _idle.append(hand)
            self._done(*end)
        elif request is not None:
            request(self.answer)


def current_errand() -> Errand:
    """The errand of this thread. Raises `AssertionError` anywhere else."""
    errand = getattr(_errands, "current", None)
    if not isinstance(errand, Errand):
        raise AssertionError("whoever blocks must be in a thread beside the event loop")
    return errand


class _Hand:
    """A thread that is used again and again, and takes turns with the one that drives it."""

    def __init__(self) -> None:
        self._mine, self._theirs = threading.Lock(), threading.Lock()
        self._mine.acquire()
        self._theirs.acquire()
        self._work: Callable[[], None] | None = None
        threading.Thread(target=self._live, name="simulated-thread", daemon=True).start()

    def run(self, work: Callable[[], None]) -> None:
        self._work = work
        self.go_on()

    def go_on(self) -> None:
        self._theirs.release()
        self._mine.acquire()

    def wait(self) -> None:
        """In the thread: let the other one go on."""
        self._mine.release()
        self._theirs.acquire()

    def _live(self) -> None:
        while True:
            self._theirs.acquire()
            if self._work is not None:
                self._work()
            self._work = None
            self._mine.release()


def _nobody(value: Any, error: BaseException | None) -> None:
    return
