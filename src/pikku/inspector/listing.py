"""Which files a project has, and which modules they are."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from msgspec import Struct, structs

from pikku.inspector.project import Project

_FOREIGN = frozenset({"venv", "env", "node_modules", "site-packages", "__pycache__", "build", "dist"})
_NOT_SHIPPED = frozenset({"tests", "test", "docs", "doc"})


class SourceFile(Struct, frozen=True):
    """A file of Python source. `file` is as in places; `is_inspected` tells it from those that are only followed."""

    file: str
    module: str
    is_package: bool
    is_inspected: bool


class Listing(Struct, frozen=True):
    """All files under the root, and what could not be listed: a path as in places, and why."""

    files: tuple[SourceFile, ...]
    problems: tuple[tuple[str, str], ...]


def list_files(project: Project) -> Listing:
    """All Python files under the root. Hidden folders, environments and what is built are left out, as are links to folders."""
    root = Path(os.path.abspath(project.root))
    problems: list[tuple[str, str]] = []
    found = sorted(_walk(root, problems), key=_with_packages_first)
    inside = set(found)
    chosen = _Chosen(project.sources, root)
    problems.extend((source, "there is no such file or folder") for source in chosen.missing())
    modules: dict[str, SourceFile] = {}
    for file in found:
        listed = _listed(file, inside, chosen.has(file))
        # Of two with one name, imports mean the first, but both are inspected: `shop/__init__.py` comes before `shop.py`.
        names = (listed.module, _dotted(PurePosixPath(file)), file)
        listed = structs.replace(listed, module=next(name for name in names if name not in modules))
        modules[listed.module] = listed
    return Listing(tuple(modules.values()), tuple(problems))


class _Chosen:
    """Which files are inspected."""

    def __init__(self, sources: Iterable[Path], root: Path) -> None:
        self._root = root
        self._sources = [_relative(source, root) for source in sources]

    def has(self, file: str) -> bool:
        if self._sources:
            return any(source in ("", file) or file.startswith(f"{source}/") for source in self._sources)
        parts = file.split("/")
        name = parts[-1]
        return _NOT_SHIPPED.isdisjoint(parts[:-1]) and not name.startswith("test_") and name != "conftest.py"

    def missing(self) -> Iterator[str]:
        for source in self._sources:
            if not (self._root / source).exists():
                yield source


def _relative(path: Path, root: Path) -> str:
    """As in places; empty for the root itself."""
    relative = os.path.relpath(os.path.abspath(root / path), root)
    return "" if relative == "." else relative.replace(os.sep, "/")


def _walk(root: Path, problems: list[tuple[str, str]]) -> Iterator[str]:
    def refused(error: OSError) -> None:
        where = _relative(Path(error.filename or root), root)
        problems.append((where or ".", error.strerror or str(error)))

    for folder, folders, files in os.walk(root, onerror=refused):
        folders[:] = [each for each in folders if not _is_foreign(folder, each)]
        base = _relative(Path(folder), root)
        for name in files:
            if name.endswith(".py"):
                yield f"{base}/{name}" if base else name


def _with_packages_first(file: str) -> tuple[bool, str]:
    return not file.endswith("__init__.py"), file


def _is_foreign(parent: str, name: str) -> bool:
    if name.startswith(".") or name in _FOREIGN or name.endswith(".egg-info"):
        return True
    return os.path.exists(os.path.join(parent, name, "pyvenv.cfg"))


def _listed(file: str, inside: set[str], is_inspected: bool) -> SourceFile:
    path = PurePosixPath(file)
    top = path.parent
    while str(top / "__init__.py") in inside and top != PurePosixPath("."):
        top = top.parent
    if top == path.parent and top.parts[:1] == ("src",):  # no package, or one without __init__.py
        top = PurePosixPath("src")
    elif top == path.parent or str(path.parent / "__init__.py") not in inside:
        top = PurePosixPath(".")
    return SourceFile(file, _dotted(path.relative_to(top)), path.name == "__init__.py", is_inspected)


def _dotted(path: PurePosixPath) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)
