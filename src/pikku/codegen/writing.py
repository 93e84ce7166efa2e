"""Generated files on disk: written only when they have changed, each as a whole, and removed when nobody needs them."""

import os
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile

from pikku.codegen.header import MARK

_PACKAGE = "__init__.py"
_OURS = ("*.py", "*.json")


def stale(folder: Path, texts: Mapping[str, str]) -> list[str]:
    """The names of files that are missing, differ, or are not needed any more, sorted."""
    changed = [name for name, text in texts.items() if _read(folder / name) != text and not _is_foreign(folder, name)]
    return sorted([*changed, *_unneeded(folder, texts)])


def write(folder: Path, texts: Mapping[str, str]) -> list[str]:
    """Bring the folder up to date; the names of the files that have been written or removed, sorted.

    A package's own `__init__.py` is left as it is. Raises `OSError`.
    """
    names = stale(folder, texts)
    if names:
        folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        if name in texts:
            _replace(folder / name, texts[name])
        else:
            (folder / name).unlink(missing_ok=True)
    return names


def _unneeded(folder: Path, texts: Mapping[str, str]) -> list[str]:
    found = [file for pattern in _OURS for file in folder.glob(pattern)] if folder.is_dir() else []
    return [file.name for file in found if file.name not in texts and MARK in (_read(file) or "")[:400]]


def _is_foreign(folder: Path, name: str) -> bool:
    text = _read(folder / name)
    return name == _PACKAGE and text is not None and MARK not in text


def _read(file: Path) -> str | None:
    """What is in the file, byte for byte; `None` if there is none, or nothing of ours."""
    try:
        return file.read_bytes().decode("utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def _replace(file: Path, text: str) -> None:
    # Whoever imports meanwhile sees the old file or the new one.
    with NamedTemporaryFile(dir=file.parent, prefix=".", suffix=".part", delete=False) as part:
        part.write(text.encode("utf-8"))
    os.chmod(part.name, 0o644)
    Path(part.name).replace(file)
