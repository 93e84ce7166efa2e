"""Which variables of modules are changed somewhere in the project."""

import re
from collections.abc import Collection, Iterator, Mapping

from pikku.inspector.names.codebase import Codebase
from pikku.inspector.names.scope import scope_of
from pikku.inspector.parsing import parse_expression
from pikku.inspector.rules import changes_in

_CANDIDATE = re.compile(rb"\b([A-Za-z_]\w*)\s*[\[.]|\b(?:global|del)[ \t]+([^\n#]+)|\bnext\(([\w. ]+)")
_NAME = re.compile(rb"\w+")


Changes = dict[str, tuple[frozenset[str], frozenset[str]]]


class ChangedVariables(Collection[str]):
    """Full names, found out when they are asked for: bodies read few variables, and only files that do something with a name
    of the same last part need to be looked into.

    `asked` holds the answers since it was cleared, `changes` what is known of modules: what they change, and which modules
    that depends on.
    """

    def __init__(self, codebase: Codebase, contents: Mapping[str, bytes], changes: Changes) -> None:
        self._codebase = codebase
        self.changes = changes
        self._contents = contents
        self._modules_by_word: dict[str, list[str]] | None = None
        self._answers: dict[str, bool] = {}
        self.asked: dict[str, bool] = {}

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        if name not in self._answers:
            modules = self._by_word().get(name.rpartition(".")[2], ())
            self._answers[name] = any(name in self._changes(module) for module in modules)
        self.asked[name] = self._answers[name]
        return self._answers[name]

    def __iter__(self) -> Iterator[str]:
        return iter({name for modules in self._by_word().values() for each in modules for name in self._changes(each)})

    def __bool__(self) -> bool:
        return True  # who wants to know whether there are any would have all files looked into

    def __len__(self) -> int:
        return len(self._by_word())

    def _by_word(self) -> dict[str, list[str]]:
        if self._modules_by_word is None:
            self._modules_by_word = {}
            for module, file in self._codebase.files():
                for word in _words(self._contents[file]):
                    self._modules_by_word.setdefault(word, []).append(module)
        return self._modules_by_word

    def _changes(self, module: str) -> frozenset[str]:
        if module not in self.changes:
            before, self._codebase.looked_at = self._codebase.looked_at, {module}
            outline = self._codebase.outline(module)
            scope = None if outline is None else scope_of(self._codebase, outline)
            texts = () if outline is None else changes_in(outline.tree)
            names = (scope.variable_of(parse_expression(text)) for text in texts if scope is not None)
            found = frozenset(name for name in names if name is not None)
            self.changes[module] = found, frozenset(self._codebase.looked_at)
            self._codebase.looked_at = before
        self._codebase.looked_at |= self.changes[module][1]
        return self.changes[module][0]


def _words(content: bytes) -> set[str]:
    found: set[bytes] = set()
    for used, declared, advanced in _CANDIDATE.findall(content):
        found.update([used] if used else _NAME.findall(declared or advanced))
    return {word.decode("ascii", "replace") for word in found}
