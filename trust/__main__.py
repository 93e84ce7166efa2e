"""Proves what can be proved in twenty minutes: `make trust`, or `python -m trust [part …]`.

Ends with 1 if a promise is broken, a fault is not survived, or a mutant is not caught.
"""

import argparse
import sys
import time
from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

from trust import document
from trust.part import Part
from trust.parts import PARTS


def main() -> None:
    options = argparse.ArgumentParser(prog="make trust", description=__doc__)
    options.add_argument("part", nargs="*", help=f"of: {', '.join(PARTS)}; all, unless told otherwise")
    options.add_argument("--write", action="store_true", help="write what holds into docs/guarantees.md")
    chosen = options.parse_args()
    if unknown := [name for name in chosen.part if name not in PARTS]:
        options.error(f"there is no part {unknown[0]!r}; there are: {', '.join(PARTS)}")
    console = Console()
    results = {name: _tried(name, console) for name in chosen.part or PARTS}
    console.print(_summary(results))
    if chosen.write:
        _write(results)
    sys.exit(0 if all(part.holds for part, _ in results.values()) else 1)


def _tried(name: str, console: Console) -> tuple[Part, float]:
    """What a part has come to, and how many minutes it took."""
    console.rule(name)
    began = time.monotonic()
    part = PARTS[name](console)
    for failure in part.failures:
        console.print(failure, markup=False, highlight=False)
    return part, (time.monotonic() - began) / 60


def _summary(results: Mapping[str, tuple[Part, float]]) -> Table:
    table = Table("part", "what", "tried", "failed", "minutes", title="Trust")
    for column in table.columns[2:]:
        column.justify = "right"
    for name, (part, minutes) in results.items():
        table.add_row(name, part.what, f"{part.count:,}", f"{len(part.failures):,}", f"{minutes:.1f}")
    return table


def _write(results: Mapping[str, tuple[Part, float]]) -> None:
    """Only what holds: a promise that was broken is to be kept again, not to be written down."""
    parts = {name: part for name, (part, _) in results.items() if part.holds}
    for part in parts.values():
        for place, text in part.texts.items():
            document.write(place, text)
    if parts.keys() == PARTS.keys():
        rows = [[part.what, f"{part.count:,}", "0"] for part in parts.values()]
        document.write("counts", document.table(["", "tried", "failed"], rows, right=2))


if __name__ == "__main__":
    main()
