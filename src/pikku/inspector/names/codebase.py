"""All modules of a project, read when they are asked for."""

import ast
import sys
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct

from pikku.inspector.listing import SourceFile
from pikku.inspector.names.bindings import Bindings, bindings_of
from pikku.inspector.parsing import Parsed, Unreadable, parse

_DEEPEST = 60
_LINES_KEPT = 300_000
"""Trees take about 1 KB for each line; those that were not used for long are read again."""


class Outline(Struct, frozen=True, eq=False):
    """One module: its tree, and what it binds. `exports` is its `__all__`, `None` if it has none that can be known."""

    source: SourceFile
    tree: ast.Module
    text: str
    names: Bindings
    stars: tuple[str, ...]
    exports: frozenset[str] | None
    changed: frozenset[str]
    """Names that its functions bind anew with `global`."""
    scopes: dict[ast.AST, Any]
    """The scopes of its blocks that were asked for, by their nodes."""


class Codebase:
    """`contents` are the bytes of the files, by `file`.

    Remembers in `looked_at` for which modules it was asked, also for those that do not exist: what was found out does
    not change unless one of these does.
    """

    def __init__(self, files: Iterable[SourceFile], contents: Mapping[str, bytes]) -> None:
        self._by_module = {each.module: each for each in files}
        self._contents = contents
        self._packages = _packages(self._by_module)
        self._outlines: OrderedDict[str, Outline | Unreadable] = OrderedDict()
        self._lines_kept = 0
        self._found: dict[tuple[str, str], str | None] = {}
        self.ways: dict[tuple[int, str], _Way] = {}
        self.generation = 0
        self.looked_at: set[str] = set()

    def files(self) -> Iterator[tuple[str, str]]:
        """All modules with their files."""
        return ((module, source.file) for module, source in self._by_module.items())

    def source(self, module: str) -> SourceFile | None:
        """The file of a module, if it is one of the project."""
        return self._by_module.get(module)

    def has(self, module: str) -> bool:
        """Whether this is a module or a package of the project, also one without a file."""
        self.looked_at.add(module)
        return module in self._by_module or module in self._packages

    def find(self, module: str, importer: str) -> str | None:
        """The module of the project that `importer` means by a name; `None` if it is one of a library.

        Scripts mean their neighbours: what is in their folder, or in a folder above.
        """
        key = (module, importer.rpartition(".")[0])
        if key not in self._found:
            self._found[key] = self._search(module, importer)
        found = self._found[key]
        self.looked_at.add(found or module)
        return found

    def outline(self, module: str) -> Outline | None:
        """What a module binds; `None` if it has no file or cannot be read."""
        outline = self.outline_or_problem(module)
        return outline if isinstance(outline, Outline) else None

    def outline_or_problem(self, module: str) -> Outline | Unreadable | None:
        """The same, but telling why it cannot be read."""
        self.looked_at.add(module)
        source = self._by_module.get(module)
        if source is None:
            return None
        if module in self._outlines:
            self._outlines.move_to_end(module)
            return self._outlines[module]
        outline = self._outlines[module] = _outline(source, self._contents.get(source.file, b""))
        self._lines_kept += _lines(outline)
        return outline

    def resolving(self, key: tuple[int, str]) -> "_Way":
        """While a name is being looked up; `None` if it is already, or when too many names stand for each other."""
        return _Way(self, key)

    def forget_the_oldest(self) -> list[str]:
        """Make room, and tell which modules were forgotten. Their nodes are others when they are read again."""
        forgotten: list[str] = []
        if self._lines_kept <= _LINES_KEPT:
            return forgotten
        self.generation += 1
        while self._lines_kept > _LINES_KEPT // 2 and len(self._outlines) > 1:
            module, oldest = self._outlines.popitem(last=False)
            forgotten.append(module)
            if isinstance(oldest, Outline):
                oldest.scopes.clear()  # scopes know their outline
            self._lines_kept -= _lines(oldest)
        return forgotten

    def close(self) -> None:
        """Forget everything. Scopes and outlines know each other: only the collector would find out, in seconds."""
        for outline in self._outlines.values():
            if isinstance(outline, Outline):
                outline.scopes.clear()
        self._outlines.clear()

    def _search(self, module: str, importer: str) -> str | None:
        top = module.partition(".")[0]
        if top == "pikku":  # ours, also when the project is this very library
            return None
        if self._top_is_known(top):
            return module if module in self._by_module or module in self._packages else None
        if top in sys.stdlib_module_names:
            return None
        folder = importer
        while "." in folder:
            folder = folder.rpartition(".")[0]
            near = f"{folder}.{module}"
            if near in self._by_module or near in self._packages:
                return near
        return None

    def _top_is_known(self, top: str) -> bool:
        return top in self._by_module or top in self._packages


class _Way:
    """One lookup, which may need others. `looked_at` are the modules that it needed; it `is_whole` if it is the outermost one,
    so that its answer does not depend on what was being looked up already."""

    def __init__(self, codebase: Codebase, key: tuple[int, str]) -> None:
        self._codebase = codebase
        self._key = key
        self._before: set[str] = set()
        self.looked_at: set[str] = set()
        self.is_whole = False

    def __enter__(self) -> "_Way | None":
        codebase = self._codebase
        if self._key in codebase.ways or len(codebase.ways) >= _DEEPEST:
            return None
        self.is_whole = not codebase.ways
        codebase.ways[self._key] = self
        if self.is_whole:
            self._before, codebase.looked_at = codebase.looked_at, self.looked_at
        return self

    def __exit__(self, *error: object) -> None:
        codebase = self._codebase
        if codebase.ways.get(self._key) is self:
            del codebase.ways[self._key]
        if self.is_whole:
            self._before |= self.looked_at
            codebase.looked_at = self._before


def _packages(modules: Iterable[str]) -> frozenset[str]:
    packages = set()
    for module in modules:
        while "." in module:
            module = module.rpartition(".")[0]
            packages.add(module)
    return frozenset(packages)


def _outline(source: SourceFile, content: bytes) -> Outline | Unreadable:
    parsed = parse(content)
    if isinstance(parsed, Unreadable):
        return parsed
    bound = bindings_of(parsed.tree.body)
    return Outline(
        source=source,
        tree=parsed.tree,
        text=parsed.text,
        names=bound.names,
        stars=bound.stars,
        exports=_exports(parsed.tree),
        changed=_changed(parsed),
        scopes={},
    )


def _exports(tree: ast.Module) -> frozenset[str] | None:
    names: set[str] = set()
    is_known = False
    for statement in tree.body:
        match statement:
            case (
                ast.Assign(targets=[ast.Name(id="__all__")], value=value)
                | ast.AugAssign(target=ast.Name(id="__all__"), value=value)
                | ast.AnnAssign(target=ast.Name(id="__all__"), value=ast.expr() as value)
            ):
                if not isinstance(value, ast.List | ast.Tuple | ast.Set):
                    return None
                is_known = True
                names |= {str(each.value) for each in value.elts if isinstance(each, ast.Constant)}
    return frozenset(names) if is_known else None


def _changed(parsed: Parsed) -> frozenset[str]:
    if "global " not in parsed.text:
        return frozenset()
    return frozenset(name for node in ast.walk(parsed.tree) if isinstance(node, ast.Global) for name in node.names)


def _lines(outline: Outline | Unreadable) -> int:
    return 0 if isinstance(outline, Unreadable) else outline.text.count("\n")
