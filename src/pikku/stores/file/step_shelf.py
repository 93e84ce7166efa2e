"""The steps of one run as they are on the disk."""

import os
from collections.abc import Collection, Iterator

from msgspec import Struct

from pikku.model.errors import StoreError
from pikku.model.ids import RunId
from pikku.model.step import Attempt, Step
from pikku.stores.file.damage import UNREADABLE, damaged
from pikku.stores.file.disk import Mark, mark_of, read
from pikku.stores.file.layout import is_step_file, step_file
from pikku.stores.file.step_record import read_step

_ADVICE = "without it, the step is executed again when its run goes on"


class _StepFile(Struct, frozen=True):
    mark: Mark
    key: str | None = None
    problem: str = ""


class StepShelf:
    """What has been read of the documents in a folder of steps; nothing is read twice while its mark is the same."""

    def __init__(self, run_id: RunId, folder: str) -> None:
        self.steps: dict[str, Step] = {}
        self.behind: dict[str, tuple[Attempt, ...]] = {}
        self.waiting: dict[str, Step] = {}
        self._run_id = run_id
        self._folder = folder
        self._files: dict[str, _StepFile] = {}
        self._damaged: set[str] = set()

    @property
    def damage(self) -> StoreError | None:
        """Why this run's steps cannot be used, if a document is damaged."""
        if not self._damaged:
            return None
        file = min(self._damaged)
        return damaged(os.path.join(self._folder, file), self._files[file].problem, _ADVICE)

    def attempts(self) -> list[Attempt]:
        """All attempts that are behind, by key: a folder has no order."""
        return [attempt for _, behind in sorted(self.behind.items()) for attempt in behind]

    def compare(self) -> None:
        """Read what is not as it was. Raises `OSError`."""
        found = {name: mark for name, mark in _marks(self._folder) if is_step_file(name)}
        for file in self._files.keys() - found.keys():
            self._forget(file)
        for file, mark in found.items():
            known = self._files.get(file)
            if known is None or known.mark != mark:
                self.read(file)

    def compare_only(self, keys: Collection[str]) -> None:
        """The same for these steps alone, whatever the number of the others. Raises `OSError`."""
        for file in map(step_file, keys):
            known = self._files.get(file)
            if (known and known.mark) != _mark(os.path.join(self._folder, file)):
                self.read(file)

    def read(self, file: str) -> None:
        """Read one document, whatever is known of it. Raises `OSError`."""
        self._forget(file)
        found = read(os.path.join(self._folder, file))
        if found is None:
            return
        text, mark = found
        try:
            step, behind = read_step(text)
            if (step.run_id, step_file(step.key)) != (self._run_id, file):
                raise ValueError(f"it is of step {step.key!r} of run {step.run_id!r}")
        except UNREADABLE as error:
            self._files[file] = _StepFile(mark, problem=str(error))
            self._damaged.add(file)
        else:
            self.put(mark, step, behind)

    def put(self, mark: Mark, step: Step, behind: tuple[Attempt, ...]) -> None:
        """Know a document that is on the disk."""
        key = step.key
        self._files[step_file(key)] = _StepFile(mark, key)
        self.steps[key] = step
        if behind:
            self.behind[key] = behind
        if step.call.remote and not step.status.final:
            self.waiting[key] = step
        else:
            self.waiting.pop(key, None)

    def _forget(self, file: str) -> None:
        known = self._files.pop(file, None)
        self._damaged.discard(file)
        if known is not None and known.key is not None:
            for part in (self.steps, self.behind, self.waiting):
                part.pop(known.key, None)


def _mark(path: str) -> Mark | None:
    try:
        return mark_of(os.stat(path))
    except (FileNotFoundError, NotADirectoryError):
        return None


def _marks(folder: str) -> Iterator[tuple[str, Mark]]:
    try:
        entries = os.scandir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return
    with entries:
        for entry in entries:
            yield entry.name, mark_of(entry.stat())
