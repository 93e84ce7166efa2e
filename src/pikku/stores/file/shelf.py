"""What has been read of a folder: all runs, and the steps of those that run."""

import os
from collections.abc import Collection, Iterator

from pikku.model.enact import as_read
from pikku.model.errors import StoreError
from pikku.model.ids import RunId
from pikku.model.run import Run
from pikku.model.step import Step
from pikku.stores.file.damage import UNREADABLE, damaged
from pikku.stores.file.disk import Mark, mark_of, read
from pikku.stores.file.layout import Layout, is_usable, run_document, run_of_document, run_of_file, step_of_document
from pikku.stores.file.run_record import read_run
from pikku.stores.file.step_shelf import StepShelf

_ADVICE = "without it, there is no such run"


class Shelf:
    """Knows documents by their marks and reads what is not as it was. Only to be used while the folder is locked.

    A damaged document hinders only its own run. Steps of ended runs are read when they are asked for, and not kept.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self.forget()

    def forget(self) -> None:
        """Know nothing: read everything anew at the next `refresh`."""
        self.runs: dict[RunId, Run] = {}
        self._running: dict[RunId, Run] = {}
        self._marks: dict[RunId, Mark] = {}
        self._problems: dict[RunId, str] = {}
        self._steps: dict[RunId, StepShelf] = {}
        self._ended: dict[RunId, Run] = {}
        self._listed = -1

    def refresh(self, changed: Collection[str] | None) -> None:
        """Read the documents that other processes have written, `None`: any. Raises `OSError`.

        That somebody moved documents in or out by hand shows in the time of the folder.
        """
        if changed is None:
            self._compare_all()
        for name in changed or ():
            self._read_document(name)
        listed = self._time_of_list()
        if not changed and listed != self._listed:
            self._compare_runs()
        self._listed = listed

    def compare(self, run_id: RunId, keys: Collection[str] | None = None) -> None:
        """See whether somebody changed a run by hand: read what is not as it was. Raises `OSError`.

        With `keys`, only these of its steps are looked at.
        """
        if is_usable(run_id):
            self._compare_run(run_id)
            if shelf := self._steps.get(run_id):
                shelf.compare() if keys is None else shelf.compare_only(keys)

    def run(self, run_id: RunId) -> Run | None:
        """The run, `None` if there is none. Raises `StoreError` if its document is damaged."""
        if run_id in self._problems:
            raise self._damage(run_id)
        return self.runs.get(run_id)

    def steps(self, run: Run) -> StepShelf:
        """A run's steps. Raises `StoreError` if one of their documents is damaged."""
        shelf = self._shelf(run)
        if damage := shelf.damage:
            raise damage
        return shelf

    def as_read(self, run: Run) -> Run:
        """The run with what is derived from its steps. Raises `StoreError` if one of their documents is damaged."""
        if not run.status.ended:
            return as_read(run, self.steps(run).steps)
        if run.run_id not in self._ended:
            self._ended[run.run_id] = as_read(run, self.steps(run).steps)
        return self._ended[run.run_id]

    def running(self, workflows: Collection[str]) -> Iterator[Run]:
        """The runs of these workflows that have not ended."""
        return (run for run in self._running.values() if run.workflow in workflows)

    def waiting(self, functions: Collection[str], workflows: Collection[str] | None = None) -> Iterator[Step]:
        """The remote steps of running runs that are not final and call these functions; none of damaged runs.

        With `workflows`, only those of their runs.
        """
        runs = self._running.values() if workflows is None else self.running(workflows)
        shelves = [self._shelf(run) for run in runs] if functions else []
        steps = (step for shelf in shelves if not shelf.damage for step in shelf.waiting.values())
        return (step for step in steps if step.call.rpc_name in functions)

    def check(self, run_ids: Collection[RunId]) -> None:
        """Raise `StoreError` if the document of one of these runs, none given: of any run, is damaged."""
        for run_id in self._problems:
            if not run_ids or run_id in run_ids:
                raise self._damage(run_id)

    def put(self, run: Run, mark: Mark, steps: StepShelf | None = None) -> None:
        """Know a run that is on the disk, and if they are known, its steps."""
        run_id = run.run_id
        self._problems.pop(run_id, None)
        self._ended.pop(run_id, None)
        self.runs[run_id], self._marks[run_id] = run, mark
        if not run.status.ended:
            self._running[run_id] = run
            if steps is not None:
                self._steps[run_id] = steps
            return
        self._running.pop(run_id, None)
        self._steps.pop(run_id, None)
        if steps is not None:
            self._ended[run_id] = as_read(run, steps.steps)

    def remove(self, run_id: RunId) -> None:
        """Know nothing of a run: it is not there any more."""
        for part in (self.runs, self._running, self._marks, self._problems, self._steps, self._ended):
            part.pop(run_id, None)

    def listed(self) -> None:
        """What changed in the folder of runs until now is known. Raises `OSError`."""
        self._listed = self._time_of_list()

    def _shelf(self, run: Run) -> StepShelf:
        shelf = self._steps.get(run.run_id)
        if shelf is None:
            shelf = StepShelf(run.run_id, self._layout.steps_of(run.run_id))
            shelf.compare()
            if run.run_id in self._running:
                self._steps[run.run_id] = shelf
        return shelf

    def _compare_all(self) -> None:
        self._compare_runs()
        for shelf in self._steps.values():
            shelf.compare()

    def _compare_runs(self) -> None:
        with os.scandir(self._layout.runs) as entries:
            found = {entry.name: mark_of(entry.stat()) for entry in entries}
        marks = {run_id: mark for file, mark in found.items() if (run_id := run_of_file(file))}
        for run_id in self._marks.keys() - marks.keys():
            self.remove(run_id)
        for run_id, mark in marks.items():
            if self._marks.get(run_id) != mark:
                self._read_run(run_id)

    def _compare_run(self, run_id: RunId) -> None:
        try:
            mark = mark_of(os.stat(self._layout.path(run_document(run_id))))
        except FileNotFoundError:
            self.remove(run_id)
            return
        if self._marks.get(run_id) != mark:
            self._read_run(run_id)

    def _read_document(self, name: str) -> None:
        if run_id := run_of_document(name):
            self._read_run(run_id)
        elif step := step_of_document(name):
            run_id, file = step
            if shelf := self._steps.get(run_id):
                shelf.read(file)

    def _read_run(self, run_id: RunId) -> None:
        found = read(self._layout.path(run_document(run_id)))
        if found is None:
            self.remove(run_id)
            return
        text, mark = found
        try:
            run = read_run(text)
            if run.run_id != run_id:
                raise ValueError(f"it is of run {run.run_id!r}")
        except UNREADABLE as error:
            self.remove(run_id)
            self._marks[run_id], self._problems[run_id] = mark, str(error)
        else:
            self.put(run, mark)

    def _damage(self, run_id: RunId) -> StoreError:
        return damaged(self._layout.path(run_document(run_id)), self._problems[run_id], _ADVICE)

    def _time_of_list(self) -> int:
        return os.stat(self._layout.runs).st_mtime_ns
