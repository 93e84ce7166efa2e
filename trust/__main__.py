"""Proves what can be proved in twenty minutes: `make trust`, or `python -m trust [part …]`.

Ends with 1 if a promise is broken, a fault is not survived, or a mutant is not caught.
"""

import argparse
import sys
import time
from collections.abc import Callable

from rich.console import Console
from rich.table import Table

from trust.part import Part
from trust.parts import PARTS


def main() -> None:
    options = argparse.ArgumentParser(prog="make trust", description=__doc__)
    options.add_argument("part", nargs="*", help=f"of: {', '.join(PARTS)}; all, unless told otherwise")
    options.add_argument("--write", action="store_true", help="write the matrix into docs/guarantees.md")
    chosen = options.parse_args()
    if unknown := [name for name in chosen.part if name not in PARTS]:
        options.error(f"there is no part {unknown[0]!r}; there are: {', '.join(PARTS)}")
    console = Console()
    table = Table("part", "what", "tried", "failed", "minutes", title="Trust")
    for column in table.columns[2:]:
        column.justify = "right"
    results = [_tell(name, PARTS[name], chosen.write, console, table) for name in chosen.part or PARTS]
    console.print(table)
    sys.exit(0 if all(part.holds for part in results) else 1)


def _tell(name: str, part: Callable[[Console, bool], Part], write: bool, console: Console, table: Table) -> Part:
    console.rule(name)
    began = time.monotonic()
    result = part(console, write)
    for failure in result.failures:
        console.print(failure, markup=False, highlight=False)
    minutes = (time.monotonic() - began) / 60
    table.add_row(name, result.what, f"{result.count:,}", f"{len(result.failures):,}", f"{minutes:.1f}")
    return result


if __name__ == "__main__":
    main()
