"""Projects for tests, written into a folder."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

from pikku.inspector.inspection import Inspection, inspect
from pikku.inspector.project import Project


def write(root: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files by their path; texts are dedented."""
    for name, content in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else dedent(content).encode())


def inspected(root: Path, files: Mapping[str, str | bytes]) -> Inspection:
    """What is found in a project of these files."""
    write(root, files)
    return inspect(Project(root))


def function_names(found: Inspection) -> list[str]:
    return [each.name for each in found.manifest.functions]


def workflow_names(found: Inspection) -> list[str]:
    return [each.name for each in found.manifest.workflows]


def lines(found: Inspection) -> list[str]:
    """The diagnostics as `file:line CODE`."""
    return [f"{each.place.file}:{each.place.line} {each.code}" for each in found.diagnostics]
