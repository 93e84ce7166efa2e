"""A deliberate fault: a place in the code, what stands there, and what is put in its stead."""

from pathlib import Path

from msgspec import Struct

PACKAGE = Path("src", "pikku")


class MutantError(Exception):
    """The code is not what a mutant was written for any more: write it anew."""


class Mutant(Struct, frozen=True, kw_only=True):
    """`fault` says what is wrong with it, `promise` which promise that breaks, if it is one of them, and `caught_by` which tests
    should notice, with these `options`.

    `before`, which is in `file` once, a path within the package, becomes `after`.
    """

    fault: str
    promise: int | None
    file: str
    before: str
    after: str
    caught_by: tuple[str, ...]
    options: tuple[str, ...] = ()

    def broken(self, tree: Path) -> str:
        """The text of its file with the fault. Raises `MutantError` if its place is not there, or not the only one."""
        text = (tree / PACKAGE / self.file).read_text()
        if (count := text.count(self.before)) != 1:
            raise MutantError(
                f"{self.file} has {self.before!r} {count} times, not once, where {self.fault!r} is to be put"
            )
        return text.replace(self.before, self.after)

    def apply_to(self, tree: Path) -> None:
        """Put the fault into the package of a copy of the tree. Raises `MutantError`."""
        text = self.broken(tree)
        (tree / PACKAGE / self.file).write_text(text)
