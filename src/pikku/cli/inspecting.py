"""What the inspector finds in the project of the current folder."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import click

from pikku.cli.formats.as_text import summary
from pikku.cli.terminal import tell
from pikku.inspector.inspection import Inspection, inspect
from pikku.inspector.listing import list_files
from pikku.inspector.project import CACHE, Project
from pikku.model.diagnostic import Diagnostic, Severity
from pikku.model.manifest import Manifest


def inspected(paths: Sequence[str] = ()) -> Inspection:
    """The whole project, with those findings that are in the files and folders that are given, or with all.

    The project is what is under the current folder, but for tests and documentation, unless these are given. Raises
    `click.UsageError` for what is not there, or not in this folder.
    """
    root = Path.cwd()
    wanted = [_inside(path, root) for path in paths]
    found = inspect(_project(root, wanted))
    if not wanted:
        return found
    kept = [each for each in found.diagnostics if _is_within(each.place.file, wanted)]
    return Inspection(found.manifest, tuple(kept))


def errors_in(diagnostics: Sequence[Diagnostic]) -> int:
    return sum(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)


def extent(manifest: Manifest) -> str:
    """`2 workflows and 1 function`."""
    return f"{_counted(len(manifest.workflows), 'workflow')} and {_counted(len(manifest.functions), 'function')}"


def tell_of_errors(diagnostics: Sequence[Diagnostic]) -> None:
    """Say on the standard error that there are errors, to a user who has asked for something else."""
    errors = [each for each in diagnostics if each.severity is Severity.ERROR]
    if errors:
        tell(f"pikku: {summary(errors)}: `pikku check` shows them")


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _project(root: Path, wanted: Sequence[str]) -> Project:
    usual = Project(root, cache=_cache(root))
    if not wanted:
        return usual
    files = [each.file for each in list_files(usual).files if each.is_inspected]
    unusual = [path for path in wanted if not any(_is_within(file, [path]) for file in files)]
    if not unusual:
        return usual
    return Project(root, sources=tuple(map(Path, [*files, *unusual])), cache=usual.cache)


def _cache(root: Path) -> Path:
    """What is kept for the next inspection, in a folder that is not for version control."""
    cache = root / CACHE
    with suppress(OSError):
        cache.parent.mkdir(exist_ok=True)
        (cache.parent / ".gitignore").write_text("*\n", "utf-8")
    return cache


def _inside(path: str, root: Path) -> str:
    """The path relative to the root, as in places."""
    place = root / path
    if not place.exists():
        raise click.UsageError(f"there is no file or folder {path!r}")
    try:
        return place.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        raise click.UsageError(f"{path!r} is not in this folder; go to the folder of its project") from None


def _is_within(file: str, paths: Sequence[str]) -> bool:
    return any(path in (".", file) or file.startswith(f"{path}/") for path in paths)
