"""Where generated files go."""

from pathlib import Path, PurePosixPath

DEFAULT_PATH = "pikku_generated"
"""A package of its own: what is generated can be deleted as a whole, ignored by tools, and imported like anything else.

The original's `.pikku/` could not be imported by Python, and a file's name, as in its `workflows.path`, stands for its folder.
"""

_SUFFIXES = (".py", ".ts")


def folder_of(path: str | None, root: Path) -> Path:
    """The folder that `workflows.path` names: `shop.generated`, `src/shop/generated`, or a file in it.

    A package is looked for under `src`, if that has its first part or is where packages are, else under the root.
    """
    written = (path or DEFAULT_PATH).strip().rstrip("/")
    if written.endswith(_SUFFIXES):
        return root / PurePosixPath(written).parent
    if "/" in written or "\\" in written:
        return root / written.replace("\\", "/")
    parts = written.split(".")
    return _home(root, parts[0]).joinpath(*parts)


def _home(root: Path, package: str) -> Path:
    source = root / "src"
    if (root / package).is_dir() or not source.is_dir():
        return root
    has_packages = any(child.is_dir() for child in source.iterdir())
    return source if (source / package).is_dir() or has_packages else root
