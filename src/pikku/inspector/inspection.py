"""Reads a project: what its application consists of, and what is wrong in it."""

from collections.abc import Iterator, Sequence

import msgspec

from pikku.inspector.assembling import Assembly
from pikku.inspector.collecting import without_collection
from pikku.inspector.contents import Contents, read_contents
from pikku.inspector.findings import finding
from pikku.inspector.hand import Checked, Hand, Read
from pikku.inspector.listing import Listing, list_files
from pikku.inspector.memory import (
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
from pikku.inspector.relevance import relevant
from pikku.inspector.rules import without_ignored
from pikku.inspector.second import Second
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
    work = _Work(project, listing, contents, _kept_modules(kept, files))
    with without_collection():
        inspection = work.inspection()
        work.close()
    if project.cache is not None:
        save(project.cache, files, everything, inspection, work.kept())
    return inspection


def _kept_modules(kept: Kept | None, files: str) -> KeptModules:
    """A file that comes or goes may change what any name means."""
    return KeptModules() if kept is None or kept.files != files else kept_modules(kept)


class _Work:
    """One inspection."""

    def __init__(self, project: Project, listing: Listing, contents: Contents, kept: KeptModules) -> None:
        self._root = project.root
        self._listing = listing
        self._contents = contents
        self._hand = Hand(listing.files, contents, kept.changes)
        self._kept = {module: each for module, each in kept.modules.items() if self._hand.holds(each.looked_at)}
        self._read: dict[str, Read] = {}
        self._modules: dict[str, KeptModule] = {}

    def inspection(self) -> Inspection:
        inspected = [each for each in self._listing.files if each.is_inspected]
        sources = relevant(inspected, self._contents.bytes_by_file, self._hand.codebase)
        modules = [each.module for each in sources]
        unknown = [each for each in modules if each not in self._kept]
        with Second(self._root, self._listing, unknown) as second:
            self._read_all(modules, second)
            assembly = self._with_what_is_wired()
            found = [*self._problems(), *assembly.diagnostics(), *self._checked(assembly, second)]
        ignoring = self._contents.texts_with(b"pikku:")
        texts = {each.file: ignoring[each.file] for each in inspected if each.file in ignoring}
        return Inspection(assembly.manifest(), tuple(without_ignored(found, texts)))

    def close(self) -> None:
        """Let go of all trees."""
        self._hand.codebase.close()

    def kept(self) -> KeptModules:
        """What the next inspection may build upon."""
        return KeptModules(self._modules, self._hand.changes())

    def _read_all(self, modules: Sequence[str], second: Second) -> None:
        others = frozenset(second.modules)
        mine = {module: self._facts(module) for module in modules if module not in others}
        theirs = second.read()
        for module in modules:
            self._read[module] = mine.get(module) or theirs.get(module) or self._facts(module)

    def _with_what_is_wired(self) -> Assembly:
        """All facts, also of files that are not inspected themselves but define what is wired."""
        modules = self._hand.digests.keys()
        while True:
            assembly = Assembly(tuple(each.facts for each in self._read.values()), frozenset(modules))
            missing = {each.module for each in assembly.references} & modules - self._read.keys()
            if not missing:
                return assembly
            for module in sorted(missing):
                self._read[module] = self._facts(module)

    def _facts(self, module: str) -> Read:
        kept = self._kept.get(module)
        return self._hand.read(module) if kept is None else Read(kept.facts, kept.looked_at)

    def _checked(self, assembly: Assembly, second: Second) -> Iterator[Diagnostic]:
        """What is wrong in all modules, by what all of them say."""
        functions = assembly.functions_by_name
        under = digest_of(msgspec.json.encode(functions))
        second.tell(functions)
        others = frozenset(second.modules)
        for module in reversed(self._read):  # what was read last is still at hand
            if module not in others:
                self._modules[module] = self._check(module, functions, under)
        theirs = second.checked()
        for module in second.modules:
            checked = theirs.get(module) or self._hand.check(module, functions)
            self._modules[module] = _to_keep(self._read[module], checked, under)
        for module in self._read:
            yield from self._modules[module].found

    def _check(self, module: str, functions: dict[str, FunctionInfo], under: str) -> KeptModule:
        kept = self._kept.get(module)
        if kept is not None and kept.is_checked(self._hand.digests, under, self._hand.changed):
            return kept
        return _to_keep(self._read[module], self._hand.check(module, functions), under)

    def _problems(self) -> list[Diagnostic]:
        """Files and folders that could not be read."""
        unlisted = [("listed", *each) for each in self._listing.problems]
        unread = [("read", *each) for each in self._contents.problems]
        return [
            finding("PKU001", f"this cannot be {what}: {problem}", Place(file, 1, 1))
            for what, file, problem in [*unlisted, *unread]
        ]


def _to_keep(read: Read, checked: Checked, under: str) -> KeptModule:
    """What is kept of one module."""
    return KeptModule(
        facts=read.facts,
        looked_at=read.looked_at,
        checked_under=under,
        found=checked.found,
        checked_by=read.looked_at | checked.looked_at,
        asked=checked.asked,
    )
