"""What a batch changes, before any of it is written."""

import os
from collections import ChainMap
from collections.abc import Mapping

from pikku.model.change import Applied, Change, Outcome, Refusal, Refused
from pikku.model.enact import Effect, enact
from pikku.model.errors import StoreError
from pikku.model.ids import RunId
from pikku.model.run import Run
from pikku.model.step import Attempt, Step
from pikku.stores.file.damage import UNREADABLE
from pikku.stores.file.disk import Mark
from pikku.stores.file.layout import Layout, run_document, step_document
from pikku.stores.file.run_record import write_run
from pikku.stores.file.shelf import Shelf
from pikku.stores.file.step_record import write_step
from pikku.stores.file.step_shelf import StepShelf


class Draft:
    """The state as it will be: later changes of a batch see the earlier ones. All of it may raise `StoreError`."""

    def __init__(self, layout: Layout, shelf: Shelf) -> None:
        self._layout = layout
        self._shelf = shelf
        self._runs: dict[RunId, Run] = {}
        self.removed: set[RunId] = set()
        self._steps: dict[RunId, dict[str, Step]] = {}
        self._behind: dict[tuple[RunId, str], tuple[Attempt, ...]] = {}
        self._shelves: dict[RunId, StepShelf] = {}

    def enact(self, change: Change, now: int) -> Outcome:
        """Make a change if it is not refused."""
        run = self.run(change.run_id)
        effect = enact(change, run, self.steps(run), now)
        if isinstance(effect, Refusal):
            return Refused(effect)
        if run is None and change.run_id not in self.removed:
            self._check_free(change.run_id)
        self.write(effect)
        return Applied(now)

    def run(self, run_id: RunId) -> Run | None:
        """The run, `None` if there is none."""
        if run_id in self._runs or run_id in self.removed:
            return self._runs.get(run_id)
        return self._shelf.run(run_id)

    def steps(self, run: Run | None) -> Mapping[str, Step]:
        """The steps of a run that may yet change: none, if it may not."""
        if run is None or run.status.ended:
            return {}
        return ChainMap(self._steps.setdefault(run.run_id, {}), self._shelf_of(run).steps)

    def write(self, effect: Effect) -> None:
        """Let something be different. Steps must have been asked for before."""
        if effect.run is not None:
            self._runs[effect.run.run_id] = effect.run
        for step in effect.steps:
            self._steps.setdefault(step.run_id, {})[step.key] = step
        for attempt in effect.attempts:
            self._behind[attempt.run_id, attempt.key] = (*self._attempts(attempt.run_id, attempt.key), attempt)
        if effect.deleted is not None:
            self._remove(effect.deleted)

    def documents(self) -> dict[str, bytes]:
        """The text of every document that is different now, by its name."""
        try:
            documents = {run_document(run_id): write_run(run) for run_id, run in self._runs.items()}
            for step in self._changed_steps():
                text = write_step(step, self._attempts(step.run_id, step.key))
                documents[step_document(step.run_id, step.key)] = text
        except UNREADABLE as error:
            raise StoreError(f"{self._layout.folder} cannot hold such a value: {error}; nothing was written") from error
        return documents

    def become(self, marks: Mapping[str, Mark]) -> None:
        """All documents are on the disk, with these marks, and what is removed is not there. Raises `OSError`."""
        for run_id in self.removed:
            self._shelf.remove(run_id)
        for step in self._changed_steps():
            shelf = self._shelves[step.run_id]
            shelf.put(marks[step_document(step.run_id, step.key)], step, self._attempts(step.run_id, step.key))
        for run_id, run in self._runs.items():
            self._shelf.put(run, marks[run_document(run_id)], self._shelves.get(run_id))
        self._shelf.listed()

    def _changed_steps(self) -> list[Step]:
        return [step for steps in self._steps.values() for step in steps.values()]

    def _shelf_of(self, run: Run) -> StepShelf:
        shelf = self._shelves.get(run.run_id)
        if shelf is None:
            is_new = run.run_id in self.removed
            shelf = StepShelf(run.run_id, self._layout.steps_of(run.run_id)) if is_new else self._shelf.steps(run)
            self._shelves[run.run_id] = shelf
        return shelf

    def _remove(self, run_id: RunId) -> None:
        self.removed.add(run_id)
        for part in (self._runs, self._steps, self._shelves):
            part.pop(run_id, None)
        self._behind = {place: attempts for place, attempts in self._behind.items() if place[0] != run_id}

    def _attempts(self, run_id: RunId, key: str) -> tuple[Attempt, ...]:
        behind = self._behind.get((run_id, key))
        return self._shelves[run_id].behind.get(key, ()) if behind is None else behind

    def _check_free(self, run_id: RunId) -> None:
        # Somebody may have removed a run by hand and left its steps, or the disk may not tell `A` from `a`.
        for path in (self._layout.path(run_document(run_id)), self._layout.steps_of(run_id)):
            if os.path.isfile(path) or (os.path.isdir(path) and os.listdir(path)):
                raise StoreError(f"run {run_id} cannot be created: {path} is in the way; move it out of the folder")
