"""The promises, read from the document that makes them: what it says is what is tested."""

import re
from pathlib import Path

from msgspec import Struct

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "guarantees.md"

_HEADING = re.compile(r"## (\d+)\. (.+)")
_TEST = re.compile(r"- `(tests/[^`]+)`")


class Promise(Struct, frozen=True):
    """One numbered promise, and the ids of the tests that hold it."""

    number: int
    title: str
    tests: tuple[str, ...]


def promises(text: str | None = None) -> list[Promise]:
    """All promises of the document, in its order."""
    found: list[Promise] = []
    for line in (DOCUMENT.read_text() if text is None else text).splitlines():
        if heading := _HEADING.fullmatch(line):
            found.append(Promise(int(heading[1]), heading[2], ()))
        elif (test := _TEST.fullmatch(line)) and found:
            last = found.pop()
            found.append(Promise(last.number, last.title, (*last.tests, test[1])))
    return found
