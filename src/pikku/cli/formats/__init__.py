"""How findings in the source are written: for people, for programs, for GitHub, for code scanning."""

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from pikku.model.diagnostic import Diagnostic

Format = Callable[[Sequence[Diagnostic], Path], None]
"""Writes findings to the standard output; their files are under the folder."""

FORMATS = ("text", "json", "github", "sarif")


def format_called(name: str) -> Format:
    """One of `FORMATS`, imported when it is used."""
    found: Format = import_module(f"pikku.cli.formats.as_{name}").write
    return found
