"""`pikku check`: mistakes in workflows, found in the source."""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from pikku.cli.formats import FORMATS, format_called
from pikku.cli.formats.as_text import STYLES
from pikku.cli.inspecting import errors_in, extent, inspected
from pikku.cli.log import verbose_option
from pikku.cli.tables import Column, print_table
from pikku.cli.terminal import Cell, printer
from pikku.model.diagnostic import Diagnostic
from pikku.model.errors import nearest
from pikku.model.rules import RULES

FOUND_ERRORS = 1
STATISTICS = (Column("count"), Column("code"), Column("severity"), Column("rule"))


def _codes(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    codes = tuple(code.strip().upper() for each in given for code in each.split(","))
    for code in codes:
        if not code or not any(known.startswith(code) for known in RULES):
            raise click.BadParameter(f"there is no code {code!r}{nearest(code, RULES)}")
    return codes


@click.command(short_help="Find mistakes in workflows, without running them.")
@click.argument("paths", nargs=-1)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="For people, programs, GitHub Actions, code scanning.",
)
@click.option("--select", callback=_codes, multiple=True, metavar="CODES", help="Only these: PKU401,PKU8.")
@click.option(
    "--ignore", callback=_codes, multiple=True, metavar="CODES", help="None of these; stronger than --select."
)
@click.option("--statistics", is_flag=True, help="How often each code was found, instead of where.")
@verbose_option
def check(paths: tuple[str, ...], form: str, select: tuple[str, ...], ignore: tuple[str, ...], statistics: bool) -> int:
    """Read the source under the current folder, and tell what is wrong with its workflows. Nothing of it is executed.

    With PATHS, only what is found in these files and folders is told. Codes may be shortened: PKU8 is all that begins
    with it. Exits with 1 if there are errors.
    """
    if statistics and form != "text":
        raise click.UsageError("--statistics is for people; leave out --format")
    found = inspected(paths)
    diagnostics = [each for each in found.diagnostics if _is_wanted(each.code, select, ignore)]
    if statistics and diagnostics:
        _print_statistics(diagnostics)
    elif form != "text" or diagnostics:
        format_called(form)(diagnostics, Path.cwd())
    else:
        printer(sys.stdout)([Cell(f"no findings in {extent(found.manifest)}")])
    return FOUND_ERRORS if errors_in(diagnostics) else 0


def _is_wanted(code: str, select: Sequence[str], ignore: Sequence[str]) -> bool:
    return (not select or code.startswith(tuple(select))) and not code.startswith(tuple(ignore))


def _print_statistics(diagnostics: Sequence[Diagnostic]) -> None:
    counts = Counter(diagnostic.code for diagnostic in diagnostics)
    rows = []
    for code, count in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
        rule = RULES[code]
        rows.append([Cell(str(count)), Cell(code), Cell(rule.severity.value, STYLES[rule.severity]), Cell(rule.title)])
    print_table(STATISTICS, rows)
