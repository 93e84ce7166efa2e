"""What is read from the arguments of marks and wirings; what cannot be known is noted."""

import ast

from pikku.inspector.findings import end_of, finding, place_at
from pikku.inspector.marks.arguments import Argument, Arguments
from pikku.inspector.names.scope import ModuleScope
from pikku.model.diagnostic import Diagnostic
from pikku.model.graph import DYNAMIC

_FIX = "write it as a text, or as a constant of a module that is bound once"


class Notes:
    """Reads arguments, and collects the diagnostics about them. `file` is where the call is."""

    def __init__(self, scope: ModuleScope) -> None:
        self._scope = scope
        self.diagnostics: list[Diagnostic] = []

    def name(self, arguments: Arguments, parameter: str, what: str, call: ast.expr) -> str | None:
        """A name that must be known; `DYNAMIC` with a diagnostic if it is not, `None` if it is not given."""
        given = arguments.named.get(parameter)
        if given is None:
            if not arguments.is_open:
                return None
            self.unknown(f"the name of this {what} is in arguments that cannot be known", call)
            return DYNAMIC
        if given.text is None:
            return None if given.is_none else self._dynamic(f"the name of this {what}", given, call)
        return given.text

    def _dynamic(self, what: str, given: Argument, call: ast.expr) -> str:
        own = given.expression if given.scope.file == self._scope.file and hasattr(given.expression, "lineno") else call
        self.unknown(f"{what} cannot be known from the source: {given.source}", own)
        return DYNAMIC

    def unknown(self, message: str, node: ast.expr | ast.stmt, fix: str = _FIX) -> None:
        """Note something that cannot be known."""
        file = self._scope.file
        self.diagnostics.append(finding("PKU111", message, place_at(node, file), end=end_of(node, file), fix=fix))

    def text(self, arguments: Arguments, parameter: str) -> str | None:
        """A text; as it is written if it cannot be known."""
        given = arguments.named.get(parameter)
        if given is None or given.is_none:
            return None
        return given.text if given.text is not None else DYNAMIC

    def texts(self, arguments: Arguments, parameter: str) -> tuple[str, ...]:
        """The texts of a list; `DYNAMIC` for each that cannot be known, or for all."""
        given = arguments.named.get(parameter)
        if given is None:
            return ()
        elements = given.elements()
        if elements is None:
            return () if given.is_none else (DYNAMIC,)
        return tuple(DYNAMIC if each.text is None else each.text for each in elements)
