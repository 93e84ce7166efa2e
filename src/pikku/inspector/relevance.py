"""Which files can say anything of functions, workflows and applications: the others need not be parsed."""

import re
from collections.abc import Mapping

from pikku.inspector.listing import SourceFile
from pikku.inspector.names.codebase import Codebase

_WORD = b"pikku"
GENERATED = b"Written by `pikku prebuild`"
"""At the top of what we have written ourselves: it says nothing new."""
_TOP = 400
_FROM = re.compile(rb"^[ \t]*from[ \t]+([.\w]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n#]*)", re.MULTILINE)
_IMPORT = re.compile(rb"^[ \t]*import[ \t]+([^\n#(]+)", re.MULTILINE)
_NAME = re.compile(r"[.\w]+")


def relevant(files: list[SourceFile], contents: Mapping[str, bytes], codebase: Codebase) -> list[SourceFile]:
    """The files that name us, and those that import from such a file, directly or through others.

    Imports are found without parsing, so there may be too many files, but none is missing.
    """
    files = [each for each in files if GENERATED not in contents[each.file][:_TOP]]
    found = {each.module for each in files if _WORD in contents[each.file]}
    importers: dict[str, set[str]] = {}
    for each in files:
        if each.module not in found:
            for module in _imports(each, contents[each.file], codebase):
                importers.setdefault(module, set()).add(each.module)
    waiting = list(found)
    while waiting:
        for importer in importers.get(waiting.pop(), ()):
            if importer not in found:
                found.add(importer)
                waiting.append(importer)
    return [each for each in files if each.module in found]


def _imports(source: SourceFile, content: bytes, codebase: Codebase) -> set[str]:
    names: set[str] = set()
    for module, imported in _FROM.findall(content):
        base = _absolute(module.decode("utf-8", "replace"), source)
        names.add(base)
        names.update(f"{base}.{name}" for name in _NAME.findall(imported.decode("utf-8", "replace")))
    for imported in _IMPORT.findall(content):
        names.update(_NAME.findall(imported.decode("utf-8", "replace")))
    found = (codebase.find(name, source.module) for name in names)
    return {each for each in found if each is not None}


def _absolute(module: str, source: SourceFile) -> str:
    rest = module.lstrip(".")
    dots = len(module) - len(rest)
    if not dots:
        return module
    parts = source.module.split(".")
    kept = parts[: len(parts) - (dots - 1 if source.is_package else dots)]
    return ".".join([*kept, *([rest] if rest else [])])
