"""The parts of the proof, in the order in which they are done."""

from collections.abc import Callable

from rich.console import Console
from rich.table import Table

from trust.matrix import ANY, STORES, matrix_of, written_into
from trust.mutants import MUTANTS
from trust.mutation import Verdict, verdicts
from trust.part import Part
from trust.promise import DOCUMENT, promises
from trust.suite import Report, run_tests

ON_ALL_CORES = ("-n", "2", "--dist", "worksteal")


def promises_kept(console: Console, write: bool) -> Part:
    """Every promise on every store."""
    made = promises()
    report = run_tests(sorted({test for promise in made for test in promise.tests}), *ON_ALL_CORES)
    matrix = matrix_of(made, report.ended)
    table = Table("", "promise", *STORES, ANY)
    for row in matrix.rows():
        table.add_row(*row)
    console.print(table)
    if write and matrix.is_whole:
        DOCUMENT.write_text(written_into(DOCUMENT.read_text(), matrix))
    broken = [] if matrix.is_whole else ["a promise is broken, or not put to the test on every store", report.output]
    return Part("cases in which a promise was put to the test", len(report.ended), broken)


def faults_survived(console: Console, write: bool) -> Part:
    """Networks, databases and disks that fail, servers and workers that are killed."""
    report = run_tests(["tests/faults", "tests/chaos", "tests/processes"], "-m", "not bullmq")
    return _of_tests("faults injected, each while many runs were under way", report)


def seeds_simulated(console: Console, write: bool) -> Part:
    """Whole systems in bad weather, on a virtual clock."""
    raise NotImplementedError


def mutants_caught(console: Console, write: bool) -> Part:
    """Faults in our own code, that the tests must notice."""
    table = Table("fault", "promise", "caught by")

    def heard(verdict: Verdict) -> None:
        shown = "caught" if verdict.caught else "MISSED"
        console.print(f"{shown}: {verdict.mutant.fault}", markup=False, highlight=False)

    results = verdicts(MUTANTS, heard)
    for each in results:
        table.add_row(each.mutant.fault, str(each.mutant.promise), each.noticed_by or "MISSED")
    console.print(table)
    missed = [f"missed: {each.mutant.fault}" for each in results if not each.caught]
    return Part("mutants of our own code", len(results), missed)


PARTS: dict[str, Callable[[Console, bool], Part]] = {
    "promises": promises_kept,
    "faults": faults_survived,
    "mutants": mutants_caught,
}


def _of_tests(what: str, report: Report) -> Part:
    failed = [each.test for each in report.ended if not each.passed]
    return Part(what, len(report.ended), [*failed, report.output] if report.code else ())
