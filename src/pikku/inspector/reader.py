"""Reads one module after the other."""

import ast
from collections.abc import Collection, Iterable, Mapping

from msgspec import Struct

from pikku.inspector.bodies import Body, graph_hash, read_body
from pikku.inspector.facts import BodyFact, Facts, Reference
from pikku.inspector.findings import finding, place_at
from pikku.inspector.marks.calls import wiring_calls
from pikku.inspector.marks.describing import body_fact, context_parameter, function_info, wiring_by_mark
from pikku.inspector.marks.marked import Function, Marked, marked_in
from pikku.inspector.marks.marking import mark_by
from pikku.inspector.marks.notes import Notes
from pikku.inspector.marks.wirings import Wired
from pikku.inspector.names.bindings import Imported
from pikku.inspector.names.codebase import Codebase, Outline
from pikku.inspector.names.scope import ModuleScope, scope_of
from pikku.inspector.names.symbols import Definition
from pikku.inspector.parsing import Unreadable
from pikku.inspector.rules import check_body, check_function
from pikku.model.diagnostic import Diagnostic
from pikku.model.manifest import FunctionInfo
from pikku.model.place import Place

_TOO_DEEP = "it is nested too deeply to be read"


class _Code(Struct):
    """The marked functions of a module: workflows with their bodies, and others."""

    bodies: list[tuple[Definition, ModuleScope, Body]] = []
    functions: list[tuple[Definition, ModuleScope]] = []


class Reader:
    """Reads the modules of a codebase into facts, and checks what it has read."""

    def __init__(self, codebase: Codebase) -> None:
        self._codebase = codebase
        self._read: dict[str, _Code] = {}

    def facts(self, module: str) -> Facts:
        """What a module says; what is wrong with the file is a diagnostic."""
        source = self._codebase.source(module)
        file = module if source is None else source.file
        outline = self._codebase.outline_or_problem(module)
        if isinstance(outline, Outline):
            return self._facts(outline)
        problem = outline or Unreadable("there is no such module")
        place = Place(file, problem.line, problem.column)
        return Facts(module=module, file=file, diagnostics=(_unreadable(problem.problem, place),))

    def check(
        self, module: str, functions: Mapping[str, FunctionInfo], changed: Collection[str]
    ) -> tuple[Diagnostic, ...]:
        """What is wrong with the bodies and functions of a module, now that all functions of the project are known."""
        if module not in self._read:
            self.facts(module)
        code = self._read.pop(module, _Code())
        found: list[Diagnostic] = []
        for definition, scope, body in code.bodies:
            try:
                found += check_body(definition, scope, body, functions, changed)
            except RecursionError:
                found.append(_unreadable(_TOO_DEEP, place_at(_statement(definition), scope.file)))
        for definition, scope in code.functions:
            try:
                found += check_function(definition, scope)
            except RecursionError:
                found.append(_unreadable(_TOO_DEEP, place_at(_statement(definition), scope.file)))
        return tuple(found)

    def forget(self, modules: Iterable[str]) -> None:
        """Let go of what was read there; it is read again when it is to be checked."""
        for module in modules:
            self._read.pop(module, None)

    def _facts(self, outline: Outline) -> Facts:
        module = outline.source.module
        scope = scope_of(self._codebase, outline)
        notes = Notes(scope)
        code = self._read[module] = _Code()
        wired = Wired()
        functions: list[FunctionInfo] = []
        bodies: list[BodyFact] = []
        for marked in marked_in(outline.tree, scope, notes):
            try:
                if marked.mark.name == "func":
                    functions.append(_function(marked, notes, code))
                    continue
                bodies.append(_body(marked, code))
                if marked.mark.name == "workflow":
                    wired.wirings.append(wiring_by_mark(marked, notes))
            except RecursionError:
                notes.diagnostics.append(_unreadable(_TOO_DEEP, place_at(marked.node, scope.file)))
        for call in wiring_calls(outline.tree, outline.text, scope):
            wired.add(call, notes, scope)
        return Facts(
            module=module,
            file=outline.source.file,
            functions=tuple(functions),
            bodies=tuple(bodies),
            wirings=tuple(wired.wirings),
            workers=tuple(wired.workers),
            additions=tuple(wired.additions),
            applications=tuple(wired.applications),
            imported=_imported_functions(outline, scope),
            diagnostics=tuple(notes.diagnostics),
        )


def _function(marked: Marked, notes: Notes, code: _Code) -> FunctionInfo:
    info = function_info(marked, notes)
    code.functions.append((marked.definition, marked.around.inside(marked.definition)))
    return info


def _body(marked: Marked, code: _Code) -> BodyFact:
    inside = marked.around.inside(marked.definition)
    body = read_body(marked.definition, inside, context_parameter(marked))
    code.bodies.append((marked.definition, inside, body))
    return body_fact(marked, body.steps, graph_hash(body.steps))


def _imported_functions(outline: Outline, scope: ModuleScope) -> tuple[Reference, ...]:
    """What an application gets that includes this module, besides what is defined in it."""
    found: list[Reference] = []
    for name, bindings in outline.names.items():
        if isinstance(bindings[-1].what, Imported) and bindings[-1].what.name is not None:
            symbol = scope.resolve(ast.Name(name))
            if isinstance(symbol, Definition) and _is_marked(symbol, scope):
                found.append(Reference(symbol.module, symbol.qualname))
    return tuple(found)


def _is_marked(definition: Definition, scope: ModuleScope) -> bool:
    home = scope.scope_of_module(definition.module)
    if not isinstance(definition.node, Function) or home is None:
        return False
    return any(mark_by(each, home) is not None for each in definition.node.decorator_list)


def _unreadable(problem: str, place: Place) -> Diagnostic:
    return finding("PKU001", f"this file cannot be read: {problem}", place)


def _statement(definition: Definition) -> ast.stmt:
    return definition.node if isinstance(definition.node, ast.stmt) else ast.Pass(lineno=1, col_offset=0)
