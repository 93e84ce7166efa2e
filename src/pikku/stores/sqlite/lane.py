"""A thread with a connection of its own; what is asked of it waits in line."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import TypeVar

from pikku.model.errors import ClosedStoreError
from pikku.stores.sqlite.connection import as_store_error
from pikku.stores.sqlite.job import Job, answer_all

T = TypeVar("T")

Connect = Callable[[], sqlite3.Connection]
Perform = Callable[[sqlite3.Connection, Sequence[Job]], Iterator[Sequence[Job]]]
"""Carries out all jobs that wait, and gives them back, some at a time, to be answered."""


class Lane:
    """Jobs are performed in the order they were asked; `ask` and `wait_for` are safe from any thread.

    The connection is opened, used and closed on the lane's own thread, which ends with `stop`.
    """

    def __init__(self, path: Path, connect: Connect, perform: Perform) -> None:
        self._path = path
        self._connect = connect
        self._perform = perform
        self._told = partial(as_store_error, path=path)
        self._line: SimpleQueue[Job | None] = SimpleQueue()
        self._lock = Lock()
        self._open = False
        self._ready: Future[None] = Future()
        self._thread = Thread(target=self._run, name="pikku-sqlite", daemon=True)

    def start(self) -> None:
        """Return when the connection is open, or raise why it cannot be. Blocks."""
        self._thread.start()
        self._ready.result()
        self._open = True

    def stop(self) -> None:
        """Return when everything that was asked is done and the connection is closed. Blocks."""
        with self._lock:
            self._open = False
            self._line.put(None)
        self._thread.join()

    async def ask(
        self, work: Callable[[sqlite3.Connection], T], *, glance: bool = False, then: Callable[[T], None] | None = None
    ) -> T:
        """What the work returns. Raises what it raises, and `StoreError` if the store is closed or does not answer."""
        job = Job(work, glance=glance, then=then)
        self._put(job)
        answer: T = await job.waiter  # type: ignore[misc]  # it waits on a loop
        return answer

    def wait_for(self, work: Callable[[sqlite3.Connection], T], *, glance: bool = False) -> T:
        """The same for a thread: blocks."""
        job = Job(work, blocking=True, glance=glance)
        self._put(job)
        answer: T = job.waiter.result()
        return answer

    def _put(self, job: Job) -> None:
        with self._lock:
            if not self._open:
                raise ClosedStoreError(str(self._path))
            self._line.put(job)

    def _run(self) -> None:
        try:
            connection = self._connect()
        except BaseException as error:  # noqa: BLE001  whoever opens the store must hear it
            self._ready.set_exception(self._told(error))
            return
        self._ready.set_result(None)
        while self._perform_all(connection, self._waiting()):
            pass
        with suppress(sqlite3.Error):
            connection.close()

    def _perform_all(self, connection: sqlite3.Connection, line: list[Job | None]) -> bool:
        # Who has been cancelled before his turn is left out: a claim that nobody waits for would only be in the way.
        jobs = [job for job in line if job is not None and not job.waiter.done()]
        try:
            for done in self._perform(connection, jobs):
                answer_all(done, self._told)
        except BaseException as error:  # noqa: BLE001  the lane must go on, and nobody may wait for ever
            for job in jobs:
                job.fail(error)
            answer_all(jobs, self._told)
        return line[-1] is not None

    def _waiting(self) -> list[Job | None]:
        line = [self._line.get()]
        with suppress(Empty):
            while line[-1] is not None:
                line.append(self._line.get_nowait())
        return line
