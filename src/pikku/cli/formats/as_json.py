"""Findings for programs: a list of objects, empty if there are none."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pikku.cli.formats.rule_pages import page_of
from pikku.cli.json_output import print_json
from pikku.model.diagnostic import Diagnostic


def write(diagnostics: Sequence[Diagnostic], root: Path) -> None:
    print_json([diagnostic_as_json(diagnostic) for diagnostic in diagnostics])


def diagnostic_as_json(diagnostic: Diagnostic) -> dict[str, Any]:
    """Lines and columns count from 1; the end is behind the last character."""
    end = diagnostic.end
    return {
        "code": diagnostic.code,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
        "fix": diagnostic.fix,
        "file": diagnostic.place.file,
        "line": diagnostic.place.line,
        "column": diagnostic.place.column,
        "end_line": None if end is None else end.line,
        "end_column": None if end is None else end.column,
        "help": page_of(diagnostic.code),
    }
