"""Reads and checks single modules, and notes what that depends on."""

from collections.abc import Iterable, Mapping, Set

from msgspec import Struct

from pikku.inspector.changed import ChangedVariables
from pikku.inspector.contents import Contents
from pikku.inspector.facts import Facts
from pikku.inspector.listing import SourceFile
from pikku.inspector.memory import Digests, KeptChanges
from pikku.inspector.names.codebase import Codebase
from pikku.inspector.reader import Reader
from pikku.model.diagnostic import Diagnostic
from pikku.model.manifest import FunctionInfo


class Read(Struct, frozen=True):
    """What a module says, and the digests of all files that this depends on."""

    facts: Facts
    looked_at: Digests


class Checked(Struct, frozen=True):
    """What is wrong in the bodies of a module, what that depends on, and the variables that were asked for."""

    found: tuple[Diagnostic, ...]
    looked_at: Digests
    asked: dict[str, bool]


class Hand:
    """One that works; there may be two, in two processes."""

    def __init__(self, files: Iterable[SourceFile], contents: Contents, changes: KeptChanges) -> None:
        files = tuple(files)
        self.digests: Digests = {each.module: contents.digests.get(each.file, "") for each in files}
        self.codebase = Codebase(files, contents.bytes_by_file)
        self._reader = Reader(self.codebase)
        known = {module: (names, frozenset(by)) for module, (names, by) in changes.items() if self.holds(by)}
        self.changed = ChangedVariables(self.codebase, contents.bytes_by_file, known)

    def read(self, module: str) -> Read:
        """The facts of a module."""
        self.codebase.looked_at.clear()
        facts = self._reader.facts(module)
        found = Read(facts, self._of(self.codebase.looked_at))
        self._reader.forget(self.codebase.forget_the_oldest())
        return found

    def check(self, module: str, functions: Mapping[str, FunctionInfo]) -> Checked:
        """What is wrong in a module, now that the functions of all modules are known."""
        self.codebase.looked_at.clear()
        self.changed.asked.clear()
        found = self._reader.check(module, functions, self.changed)
        checked = Checked(found, self._of(self.codebase.looked_at), dict(self.changed.asked))
        self._reader.forget(self.codebase.forget_the_oldest())
        return checked

    def changes(self) -> KeptChanges:
        """What is known of the variables that modules change."""
        return {module: (names, self._of(by)) for module, (names, by) in self.changed.changes.items()}

    def holds(self, digests: Digests) -> bool:
        """Whether these files are still the same."""
        return all(self.digests.get(module) == digest for module, digest in digests.items())

    def _of(self, modules: Set[str]) -> Digests:
        return {module: self.digests[module] for module in modules & self.digests.keys()}
