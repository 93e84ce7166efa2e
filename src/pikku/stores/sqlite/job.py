"""What is asked of a connection's thread, and the way its answer comes back."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

Work = Callable[[sqlite3.Connection], Any]


class Job:
    """One piece of work and who waits for it: a coroutine of `loop`, or with no loop, a thread.

    `then` is called on the loop with the result, also when nobody waits any more. A `glance` needs no transaction.
    """

    __slots__ = ("_error", "_result", "_then", "_work", "glance", "loop", "waiter")

    def __init__(
        self, work: Work, *, blocking: bool = False, glance: bool = False, then: Callable[[Any], None] | None = None
    ) -> None:
        self.loop = None if blocking else asyncio.get_running_loop()
        self.waiter: asyncio.Future[Any] | Future[Any] = Future() if self.loop is None else self.loop.create_future()
        self.glance = glance
        self._work = work
        self._then = then
        self._result: Any = None
        self._error: BaseException | None = None

    def carry_out(self, connection: sqlite3.Connection) -> bool:
        """Do the work, and tell whether it went well. May be repeated after a rollback."""
        self._result = self._error = None
        try:
            self._result = self._work(connection)
        except BaseException as error:  # noqa: BLE001  whatever it is, who waits must hear it
            self._error = error
        return self._error is None

    def fail(self, error: BaseException) -> None:
        """What was done is undone, because of this."""
        self._result, self._error = None, error

    def answer(self, told: Callable[[BaseException], BaseException]) -> None:
        """Give the result, or what is told of the error, to who waits."""
        if self._then is not None and self._error is None:
            self._then(self._result)
        if self.waiter.done():
            return
        if self._error is None:
            self.waiter.set_result(self._result)
        else:
            self.waiter.set_exception(told(self._error))


def answer_all(jobs: Sequence[Job], told: Callable[[BaseException], BaseException]) -> None:
    """Answer each on its own loop: one call across threads for all jobs of a loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Job]] = {}
    for job in jobs:
        if job.loop is None:
            job.answer(told)
        else:
            by_loop.setdefault(job.loop, []).append(job)
    for loop, theirs in by_loop.items():
        with suppress(RuntimeError):  # the loop was closed: nobody waits there any more
            loop.call_soon_threadsafe(_answer_each, theirs, told)


def _answer_each(jobs: Sequence[Job], told: Callable[[BaseException], BaseException]) -> None:
    for job in jobs:
        job.answer(told)
