"""Runs tests in a process of their own, and tells how each has ended."""

import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from trust.promise import ROOT


class Ended(Struct, frozen=True):
    """One test with its parameters, and whether it has passed. `counts` is what it says that it has done, and how often."""

    test: str
    parameters: tuple[str, ...]
    passed: bool
    counts: Mapping[str, int] = {}
    node: str = ""
    """By which pytest runs this case alone."""


class Report(Struct, frozen=True):
    """What a process of pytest has come to. `output` is what it printed, for those who look into a failure."""

    code: int
    ended: Sequence[Ended]
    output: str


def run_tests(
    tests: Sequence[str],
    *options: str,
    root: Path = ROOT,
    python: str | Path = sys.executable,
    environment: Mapping[str, str] | None = None,
    seconds: float | None = None,
) -> Report:
    """Run the tests with these ids in the tree at `root`. What takes longer than `seconds` is ended, as if it had failed.

    `python` is the interpreter of the environment in which they run.
    """
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder, "results.xml")
        command = [str(python), "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={results}", *options]
        try:
            done = subprocess.run(  # noqa: S603  our own interpreter
                [*command, *tests],
                cwd=root,
                env={**os.environ, **(environment or {})},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=seconds,
            )
        except subprocess.TimeoutExpired:
            return Report(-1, (), f"no end after {seconds} s")
        return Report(done.returncode, _read(results) if results.exists() else (), done.stdout)


def _read(results: Path) -> list[Ended]:
    return [_ended(case) for case in ET.parse(results).iter("testcase")]  # noqa: S314  written by our own pytest


def _ended(case: ET.Element) -> Ended:
    place, case_name = case.get("classname", ""), case.get("name", "")
    name, _, parameters = case_name.partition("[")
    passed = not any(child.tag in ("failure", "error", "skipped") for child in case)
    counts = {each.get("name", ""): int(each.get("value", "")) for each in case.iter("property")}
    parts = tuple(parameters.rstrip("]").split("-")) if parameters else ()
    return Ended(f"{place}.{name}", parts, passed, counts, _node(place.split("."), case_name))


def _node(place: Sequence[str], name: str) -> str:
    """The file is as much of the place as there is a file of."""
    for count in range(len(place), 0, -1):
        file = Path(*place[:count]).with_suffix(".py")
        if (ROOT / file).is_file():
            return "::".join([str(file), *place[count:], name])
    return name
