"""A deliberate fault: a place in the code, what stands there, and what is put in its stead."""

from pathlib import Path

from msgspec import Struct

PACKAGE = Path("src", "pikku")


class MutantError(Exception):
    """The code is not what a mutant was written for any more: write it anew."""


class Mutant(Struct, frozen=True, kw_only=True):
    """`fault` says what is wrong with it, `promise` which promise that breaks, and `caught_by` which tests should notice.

    The first occurrence of `before` in `file`, a path within the package, becomes `after`.
    """

    fault: str
    promise: int
    file: str
    before: str
    after: str
    caught_by: tuple[str, ...]
    options: tuple[str, ...] = ()

    def apply_to(self, tree: Path) -> None:
        """Put the fault into the package of a copy of the tree. Raises `MutantError` if its place is not there."""
        path = tree / PACKAGE / self.file
        text = path.read_text()
        if self.before not in text:
            raise MutantError(f"{self.file} has no {self.before!r} any more, where {self.fault!r} is to be put")
        path.write_text(text.replace(self.before, self.after, 1))
