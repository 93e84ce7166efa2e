"""The determinism rules over workflows that others wrote for other systems: `python -m benchmarks.false_alarms FOLDER…`.

Each folder is an unpacked project. It prints every finding with its line of source; to be read one by one, and judged.
"""

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pikku.inspector.contents import read_contents
from pikku.inspector.listing import list_files
from pikku.inspector.names.codebase import Codebase
from pikku.inspector.names.scope import ModuleScope, module_scope
from pikku.inspector.names.symbols import Definition, External, Scope
from pikku.inspector.project import Project
from pikku.inspector.rules import changes_in
from pikku.inspector.rules.checking import check_determinism
from pikku.model.diagnostic import Diagnostic

_BODIES = (".workflow.run", ".workflow.signal", ".workflow.update", ".workflow")
_STEPS = (".step", ".transaction", ".activity.defn", ".workflow", ".workflow.run")
_SYSTEMS = ("temporalio.", "dbos.", "pyworkflow.")
"""Whose own modules are a library, also where they are in the same folder."""


def main() -> None:
    """Print what is found in each folder, then how often."""
    for folder in sys.argv[1:]:
        bodies, found = _study(Path(folder).absolute())
        for each in sorted(found, key=lambda each: (each.code, each.place)):
            line = (Path(folder) / each.place.file).read_text("utf-8").splitlines()[each.place.line - 1]
            print(f"{each.code} {each.place.file}:{each.place.line}: {line.strip()}\n    {each.message}")  # noqa: T201
        counted = ", ".join(f"{code} {count}" for code, count in sorted(Counter(each.code for each in found).items()))
        print(f"== {Path(folder).name}: {bodies} bodies, {len(found)} findings: {counted}\n")  # noqa: T201


def _study(folder: Path) -> tuple[int, list[Diagnostic]]:
    project = Project(folder, sources=(folder,))
    listing = list_files(project)
    codebase = Codebase(listing.files, read_contents(folder, listing).bytes_by_file)
    scopes = [scope for each in listing.files if (scope := module_scope(codebase, each.module)) is not None]
    trees = {scope.module: codebase.outline(scope.module) for scope in scopes}
    changed = {
        name
        for scope in scopes
        if (outline := trees[scope.module]) is not None
        for text in changes_in(outline.tree)
        if (name := scope.variable_of(ast.parse(text, mode="eval").body)) is not None
    }
    bodies = [
        (definition, inside)
        for scope in scopes
        if (outline := trees[scope.module]) is not None
        for definition, inside in _marked(outline.tree, scope)
    ]
    found = {
        (each.code, each.place): each
        for definition, inside in bodies
        for each in check_determinism(definition, inside, changed, _is_step)
    }
    return len(bodies), list(found.values())


def _marked(tree: ast.Module, scope: ModuleScope) -> Iterator[tuple[Definition, Scope]]:
    for node, name in _functions(tree, ""):
        inside = scope.inside(Definition(scope.module, name, node))
        if any(mark.startswith(_SYSTEMS) and mark.endswith(_BODIES) for mark in _marks(node, inside)):
            yield Definition(scope.module, name, node), inside


def _is_step(definition: Definition, scope: Scope) -> bool:
    return definition.module.startswith(_SYSTEMS) or any(
        mark.startswith(_SYSTEMS) and mark.endswith(_STEPS) for mark in _marks(definition.node, scope)
    )


def _marks(node: ast.AST, scope: Scope) -> Iterator[str]:
    for decorator in getattr(node, "decorator_list", ()):
        symbol = scope.resolve(decorator.func if isinstance(decorator, ast.Call) else decorator)
        if isinstance(symbol, External):
            yield symbol.name
        elif isinstance(symbol, Definition):  # the system's own tests
            yield f"{symbol.module}.{symbol.qualname}"


def _functions(node: ast.AST, around: str) -> Iterator[tuple[ast.FunctionDef | ast.AsyncFunctionDef, str]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield child, f"{around}{child.name}"
            yield from _functions(child, f"{around}{child.name}.<locals>.")
        elif isinstance(child, ast.ClassDef):
            yield from _functions(child, f"{around}{child.name}.")
        else:
            yield from _functions(child, around)


if __name__ == "__main__":
    main()
