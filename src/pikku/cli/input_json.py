"""The data of a run as people give it on a command line."""

import json
import sys
from pathlib import Path
from typing import Any

import click


def read_input(text: str | None) -> Any:
    """The value of a JSON literal, of a file (`@file.json`), of the standard input (`-`), or `None` without anything.

    Raises `click.UsageError`.
    """
    if text is None:
        return None
    if text == "-":
        return _parsed(_decoded(sys.stdin.buffer.read(), "the standard input"), "the standard input")
    if text.startswith("@"):
        return _parsed(_decoded(_read(text[1:]), text[1:]), text[1:])
    return _parsed(text, "the input", "; quote it ('{…}'), or give @file.json, or - for the standard input")


def _read(name: str) -> bytes:
    try:
        return Path(name).read_bytes()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise click.UsageError(f"the file {name!r} cannot be read: {reason}") from None


def _decoded(content: bytes, where: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"{where} is not UTF-8: {error.reason} at byte {error.start}") from None


def _parsed(text: str, where: str, advice: str = "") -> Any:
    if not text.strip():
        raise click.UsageError(f"{where} is empty; without any input leave it out, or write null")
    try:
        return json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise click.UsageError(f"{where} is not JSON: {error.msg} at {place}{advice}") from None
    except RecursionError:
        raise click.UsageError(f"{where} is nested too deeply") from None
    except ValueError as error:
        raise click.UsageError(f"{where} is not JSON: {error}") from None


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not a JSON number")
