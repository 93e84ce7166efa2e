"""Findings as commands of a GitHub workflow, which shows them beside the changes of a pull request."""

import sys
from collections.abc import Sequence
from pathlib import Path

from pikku.cli.formats.repository import file_in_repository
from pikku.cli.printable import printable
from pikku.cli.terminal import write_text
from pikku.model.diagnostic import Diagnostic, Severity

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFORMATION: "notice"}


def write(diagnostics: Sequence[Diagnostic], root: Path) -> None:
    for diagnostic in diagnostics:
        write_text(sys.stdout, f"{_command(diagnostic, root)}\n")


def _command(diagnostic: Diagnostic, root: Path) -> str:
    place, end = diagnostic.place, diagnostic.end
    properties = {"file": file_in_repository(place.file, root), "line": place.line, "col": place.column}
    if end is not None:
        properties |= {"endLine": end.line}
        if end.line == place.line:  # GitHub takes columns only then
            properties |= {"endColumn": end.column - 1}
    properties["title"] = diagnostic.code
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    message = printable(diagnostic.message) + (f"\nfix: {printable(diagnostic.fix)}" if diagnostic.fix else "")
    return f"::{_COMMANDS[diagnostic.severity]} {listed}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")
