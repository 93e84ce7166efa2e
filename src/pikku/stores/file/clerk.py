"""The one thread that reads and writes: the event loop never waits for a disk."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from threading import Condition, Thread
from typing import Any, Generic, TypeVar

from pikku.model.change import Change, Outcome
from pikku.model.errors import StoreError, StoreUnavailableError

T = TypeVar("T")

Apply = Callable[[Sequence[Sequence[Change]]], Sequence[Sequence[Outcome]]]
"""Makes batches of changes in one transaction."""


class _Task(Generic[T]):
    """Something to do, and who waits for it."""

    def __init__(self, do: Callable[[], T] | None) -> None:
        self.do = do
        self.answer: Future[T] = Future()


class _Batch(_Task[Sequence[Outcome]]):
    """Changes to be made, together with all others that wait."""

    def __init__(self, changes: Sequence[Change]) -> None:
        super().__init__(None)
        self.changes = changes


class Clerk:
    """Does one thing after another in a thread of its own. Safe from any thread.

    Whoever cancels before his turn has asked for nothing.
    """

    def __init__(self, apply: Apply) -> None:
        self._apply = apply
        self._queue: deque[_Task[Any]] = deque()
        self._asked = Condition()
        self._at_work = False
        self._thread: Thread | None = None

    def start(self) -> None:
        """Be ready for tasks."""
        with self._asked:
            self._at_work = True
            self._thread = Thread(target=self._work, name="pikku-files", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Return when all that was asked is done. Blocks."""
        with self._asked:
            self._at_work = False
            self._asked.notify()
            thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()

    def do(self, do: Callable[[], T]) -> Future[T] | None:
        """Have something done, `None` if the clerk has stopped."""
        task = _Task(do)
        return task.answer if self._put(task) else None

    def apply(self, changes: Sequence[Change]) -> Future[Sequence[Outcome]] | None:
        """Have changes made, in the order in which they are given, `None` if the clerk has stopped."""
        batch = _Batch(changes)
        return batch.answer if self._put(batch) else None

    def _put(self, task: _Task[Any]) -> bool:
        with self._asked:
            if self._at_work:
                self._queue.append(task)
                self._asked.notify()
            return self._at_work

    def _work(self) -> None:
        while tasks := self._next():
            wanted = [task for task in tasks if task.answer.set_running_or_notify_cancel()]
            batches = [task for task in wanted if isinstance(task, _Batch)]
            if batches:
                self._make(batches)
            for task in wanted:
                if task.do is not None:
                    _answer(task, task.do)

    def _next(self) -> list[_Task[Any]]:
        with self._asked:
            while self._at_work and not self._queue:
                self._asked.wait()
            if not self._queue or not isinstance(self._queue[0], _Batch):
                return [self._queue.popleft()] if self._queue else []
            batches: list[_Task[Any]] = [task for task in self._queue if isinstance(task, _Batch)]
            self._queue = deque(task for task in self._queue if not isinstance(task, _Batch))
            return batches

    def _make(self, batches: Sequence[_Batch]) -> None:
        try:
            outcomes = self._apply([batch.changes for batch in batches])
        except BaseException as error:  # noqa: BLE001  whatever it is, who waits must hear it
            if len(batches) > 1 and isinstance(error, StoreError) and not isinstance(error, StoreUnavailableError):
                # Nothing was written: one of them cannot be made, and must not hinder the others.
                for batch in batches:
                    self._make([batch])
                return
            for batch in batches:
                batch.answer.set_exception(error)
            return
        for batch, made in zip(batches, outcomes, strict=True):
            batch.answer.set_result(made)


def _answer(task: _Task[T], do: Callable[[], T]) -> None:
    try:
        result = do()
    except BaseException as error:  # noqa: BLE001  whatever it is, who waits must hear it
        task.answer.set_exception(error)
    else:
        task.answer.set_result(result)
