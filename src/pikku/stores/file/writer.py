"""Writing documents so that a crash at any moment leaves all of them as they were, or all as they are to be."""

import os
from collections.abc import Collection, Mapping
from contextlib import suppress

import msgspec
from msgspec import Raw, Struct

from pikku.model.ids import RunId
from pikku.stores.file.damage import UNREADABLE, damaged
from pikku.stores.file.disk import Disk, Mark, mark_of, read
from pikku.stores.file.layout import Layout, is_usable, run_document, run_of_document, step_files, step_of_document

_ADVICE = "without it, the last batch of changes may be there in part"
_MOST_FOLDERS = 10_000


class Journal(Struct):
    """`journal.json`: which runs were being removed, and what was being written after that: whoever finds it does so again."""

    documents: dict[str, Raw]
    removed: list[RunId] = []


class Writer:
    """Writes under the exclusive lock. One document is replaced; several, and runs to be removed, go through the journal.

    All raises `OSError`.
    """

    def __init__(self, layout: Layout, disk: Disk) -> None:
        self._layout = layout
        self._disk = disk
        self._folders: set[str] = set()

    def write(self, documents: Mapping[str, bytes], removed: Collection[RunId] = ()) -> dict[str, Mark]:
        """Remove these runs with their steps and make the documents durable, all or none; the marks of the documents.

        After an error it is open which of the two; whoever takes the lock next knows.
        """
        try:
            self._make_folders(documents)
            if len(documents) == 1 and not removed:
                return self._replace(documents)
            return self._write_journalled(documents, removed)
        except OSError:
            self._folders.clear()
            self._sweep()
            raise

    def redo(self) -> bool:
        """Finish what a process began that died, and tell whether there was anything. Raises `StoreError` too."""
        path = self._layout.journal
        found = read(path)
        if found is None:
            return False
        try:
            journal = _decoder.decode(found[0])
            if unknown := [name for name in journal.documents if not (run_of_document(name) or step_of_document(name))]:
                raise ValueError(f"{unknown[0]!r} is no document of the store")
            if unusable := [run_id for run_id in journal.removed if not is_usable(run_id)]:
                raise ValueError(f"{unusable[0]!r} is no id of a run")
        except UNREADABLE as error:
            raise damaged(path, error, _ADVICE) from error
        documents = {name: bytes(text) + b"\n" for name, text in journal.documents.items()}
        self._make_folders(documents)
        self._remove(journal.removed, documents)
        self._replace(documents)
        self._remove_journal()
        return True

    def sweep(self) -> None:
        """Remove what a process has left that died while it wrote."""
        for file in os.listdir(self._layout.fresh):
            self._disk.unlink(os.path.join(self._layout.fresh, file))

    def put(self, path: str, text: bytes) -> Mark:
        """Make one file durable, in the place of the one before."""
        fresh = self._fresh(0)
        mark = self._write_fresh(fresh, text)
        self._disk.replace(fresh, path)
        self._disk.sync_folder(os.path.dirname(path))
        return mark

    def make_folder(self, path: str) -> None:
        """Make a folder durable that may be there."""
        with suppress(FileExistsError):
            self._disk.make_folder(path)
        self._disk.sync_folder(os.path.dirname(path))

    def _write_journalled(self, documents: Mapping[str, bytes], removed: Collection[RunId]) -> dict[str, Mark]:
        try:
            texts = {name: Raw(text.rstrip(b"\n")) for name, text in documents.items()}
            journal = Journal(texts, sorted(removed))
            self.put(self._layout.journal, msgspec.json.encode(journal) + b"\n")
            marks = self._write_all_fresh(documents)
        except OSError:
            # Nothing has been replaced yet: without the journal, nothing has happened.
            with suppress(FileNotFoundError):
                self._remove_journal()
            raise
        self._remove(removed, documents)
        self._move_in(documents)
        self._remove_journal()
        return marks

    def _replace(self, documents: Mapping[str, bytes]) -> dict[str, Mark]:
        marks = self._write_all_fresh(documents)
        self._move_in(documents)
        return marks

    def _write_all_fresh(self, documents: Mapping[str, bytes]) -> dict[str, Mark]:
        texts = enumerate(documents.items())
        return {name: self._write_fresh(self._fresh(number), text) for number, (name, text) in texts}

    def _move_in(self, names: Collection[str]) -> None:
        paths = [self._layout.path(name) for name in names]
        for number, path in enumerate(paths):
            self._disk.replace(self._fresh(number), path)
        for folder in sorted({os.path.dirname(path) for path in paths}):
            self._disk.sync_folder(folder)

    def _remove(self, run_ids: Collection[RunId], names: Collection[str]) -> None:
        """Remove runs with their steps, as far as they are there. A folder stays if something else is in it, or one of these
        documents is to come.
        """
        wanted = {os.path.dirname(self._layout.path(name)) for name in names} if run_ids else set()
        for run_id in run_ids:
            steps = self._layout.steps_of(run_id)
            for path in (self._layout.path(run_document(run_id)), *step_files(steps)):
                with suppress(FileNotFoundError):
                    self._disk.unlink(path)
            if steps in wanted or not self._disk.remove_folder(steps):
                self._disk.sync_folder(steps)
            else:
                self._folders.discard(steps)
        for folder in (self._layout.runs, self._layout.steps) if run_ids else ():
            self._disk.sync_folder(folder)

    def _write_fresh(self, path: str, text: bytes) -> Mark:
        file = self._disk.write(path, text)
        try:
            self._disk.sync(file)
            return mark_of(os.fstat(file))
        finally:
            os.close(file)

    def _fresh(self, number: int) -> str:
        return os.path.join(self._layout.fresh, f"{number}.json")

    def _remove_journal(self) -> None:
        # An old journal that came back after a crash would undo what was written since.
        self._disk.unlink(self._layout.journal)
        self._disk.sync_folder(self._layout.folder)

    def _make_folders(self, names: Collection[str]) -> None:
        folders = {os.path.dirname(self._layout.path(name)) for name in names} - {self._layout.runs}
        folders -= {folder for folder in folders & self._folders if os.path.isdir(folder)}
        for folder in sorted(folders):
            self.make_folder(folder)
        if len(self._folders) > _MOST_FOLDERS:
            self._folders.clear()
        self._folders |= folders

    def _sweep(self) -> None:
        with suppress(OSError):
            self.sweep()


_decoder = msgspec.json.Decoder(Journal)
