"""Reads a project: what its application consists of, and what is wrong in it."""

from collections.abc import Set

import msgspec

from pikku.inspector.assembling import Assembly
from pikku.inspector.changed import ChangedVariables
from pikku.inspector.codebase import Codebase
from pikku.inspector.collecting import without_collection
from pikku.inspector.contents import Contents, read_contents
from pikku.inspector.facts import Facts
from pikku.inspector.findings import finding
from pikku.inspector.listing import Listing, list_files
from pikku.inspector.memory import (
    Digests,
    Inspection,
    Kept,
    KeptModule,
    KeptModules,
    digest_of,
    kept_inspection,
    kept_modules,
    load,
    save,
)
from pikku.inspector.project import Project
from pikku.inspector.reader import Reader
from pikku.inspector.relevance import relevant
from pikku.inspector.rules import without_ignored
from pikku.model.diagnostic import Diagnostic
from pikku.model.manifest import FunctionInfo
from pikku.model.place import Place

__all__ = ["Inspection", "inspect"]


def inspect(project: Project) -> Inspection:
    """Read the source of a project. Nothing of it is imported or executed.

    Whatever is wrong with it is a diagnostic; nothing is raised, not for files that cannot be read either. With
    `project.cache`, only what has changed since is read again.
    """
    listing = list_files(project)
    contents = read_contents(project.root, listing)
    files = digest_of(msgspec.json.encode(listing))
    everything = digest_of(files.encode(), msgspec.json.encode(contents.digests))
    kept = load(project.cache)
    if kept is not None and kept.everything == everything:
        same = kept_inspection(kept)
        if same is not None:
            return same
    work = _Work(listing, contents, _kept_modules(kept, files))
    with without_collection():
        inspection = work.inspection()
    if project.cache is not None:
        save(project.cache, files, everything, inspection, work.kept())
    return inspection


def _kept_modules(kept: Kept | None, files: str) -> KeptModules:
    """A file that comes or goes may change what any name means."""
    return KeptModules() if kept is None or kept.files != files else kept_modules(kept)


class _Work:
    """One inspection."""

    def __init__(self, listing: Listing, contents: Contents, kept: KeptModules) -> None:
        self._listing = listing
        self._contents = contents
        self._kept = kept.modules
        self._codebase = Codebase(listing.files, contents.bytes_by_file)
        self._reader = Reader(self._codebase)
        self._digests: Digests = {each.module: contents.digests.get(each.file, "") for each in listing.files}
        changes = {module: (names, frozenset(by)) for module, (names, by) in kept.changes.items() if self._holds(by)}
        self._changed = ChangedVariables(self._codebase, contents.bytes_by_file, changes)
        self._facts: dict[str, tuple[Facts, Digests]] = {}
        self._modules: dict[str, KeptModule] = {}

    def inspection(self) -> Inspection:
        inspected = [each for each in self._listing.files if each.is_inspected]
        for source in relevant(inspected, self._contents.bytes_by_file, self._codebase):
            self._read(source.module)
        assembly = self._with_what_is_wired()
        found = [*self._problems(), *assembly.diagnostics()]
        functions = assembly.functions_by_name
        under = digest_of(msgspec.json.encode(functions))
        for module in self._facts:
            found += self._checked(module, functions, under)
        ignoring = self._contents.texts_with(b"pikku:")
        texts = {each.file: ignoring[each.file] for each in inspected if each.file in ignoring}
        return Inspection(assembly.manifest(), tuple(without_ignored(found, texts)))

    def _with_what_is_wired(self) -> Assembly:
        """All facts, also of files that are not inspected themselves but define what is wired."""
        while True:
            facts = tuple(facts for facts, _ in self._facts.values())
            assembly = Assembly(facts, frozenset(self._digests))
            missing = {each.module for each in assembly.references} & self._digests.keys() - self._facts.keys()
            if not missing:
                return assembly
            for module in sorted(missing):
                self._read(module)

    def _read(self, module: str) -> None:
        kept = self._kept.get(module)
        if kept is not None and kept.holds(self._digests):
            self._facts[module] = kept.facts, kept.looked_at
            return
        self._codebase.looked_at.clear()
        facts = self._reader.facts(module)
        self._facts[module] = facts, self._looked_at()
        self._codebase.forget_the_oldest()

    def _checked(self, module: str, functions: dict[str, FunctionInfo], under: str) -> tuple[Diagnostic, ...]:
        facts, looked_at = self._facts[module]
        kept = self._kept.get(module)
        if kept is None or not kept.holds(self._digests) or not kept.is_checked(self._digests, under, self._changed):
            self._codebase.looked_at.clear()
            self._changed.asked.clear()
            found = self._reader.check(module, functions, self._changed)
            asked = dict(self._changed.asked)
            kept = KeptModule(facts, looked_at, under, found, looked_at | self._looked_at(), asked)
            self._codebase.forget_the_oldest()
        self._modules[module] = kept
        return kept.found

    def kept(self) -> KeptModules:
        """What the next inspection may build upon."""
        changes = self._changed.changes.items()
        return KeptModules(self._modules, {module: (names, self._of(by)) for module, (names, by) in changes})

    def _looked_at(self) -> Digests:
        return self._of(self._codebase.looked_at)

    def _of(self, modules: Set[str]) -> Digests:
        return {module: self._digests[module] for module in modules & self._digests.keys()}

    def _holds(self, digests: Digests) -> bool:
        return all(self._digests.get(module) == digest for module, digest in digests.items())

    def _problems(self) -> list[Diagnostic]:
        """Files and folders that could not be read."""
        unlisted = [("listed", *each) for each in self._listing.problems]
        unread = [("read", *each) for each in self._contents.problems]
        return [
            finding("PKU001", f"this cannot be {what}: {problem}", Place(file, 1, 1))
            for what, file, problem in [*unlisted, *unread]
        ]
