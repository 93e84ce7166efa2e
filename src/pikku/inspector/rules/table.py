"""Names of a library that a body must not call or read outside of a step."""

from msgspec import Struct


class Table(Struct, frozen=True, kw_only=True):
    """`calls` and `reads` are full names; `packages` are those of which every call counts, but for `harmless` ones.

    `reason` says what is wrong with `{name}` at a replay; `step` is the name of a step for the suggested fix.
    """

    code: str
    reason: str
    step: str
    calls: frozenset[str] = frozenset()
    packages: tuple[str, ...] = ()
    reads: frozenset[str] = frozenset()
    harmless: frozenset[str] = frozenset()

    def forbids_call(self, name: str) -> bool:
        """Whether a call of this full name belongs into a step."""
        if name in self.harmless:
            return False
        return name in self.calls or any(name == each or name.startswith(f"{each}.") for each in self.packages)

    def forbids_read(self, name: str) -> bool:
        """Whether reading this full name, without calling it, belongs into a step."""
        return name in self.reads


def names(text: str) -> frozenset[str]:
    """`prefix: a b c` lines as full names: `prefix.a`, …"""
    found: set[str] = set()
    for line in text.strip().splitlines():
        prefix, _, rest = line.strip().partition(":")
        found.update(f"{prefix}.{each}" for each in rest.split())
    return frozenset(found)
