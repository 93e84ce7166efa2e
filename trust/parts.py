"""The parts of the proof, in the order in which they are done."""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.table import Table

from trust.document import table
from trust.matrix import COLUMNS, Matrix, matrix_of
from trust.mutants import MUTANTS
from trust.mutation import Verdict, failing_anyway, verdicts
from trust.part import Part
from trust.promise import ROOT, promises
from trust.suite import Ended, run_tests

SIDE_BY_SIDE = ("-n", "4", "--dist", "worksteal")
MOST_SEEDS, SECONDS_OF_SEEDS, SECONDS_OF_INPUTS = 20_000, 120, 60
WITH_BULLMQ = ROOT / ".venv-bullmq" / "bin" / "python"
"""The environment for what needs bullmq, which cannot be where PgQueuer is: see DEVELOPING.md."""

PROMISED = "cases in which a promise was put to the test"
TOLD = 20_000
"""So many characters are told of what tests have said that failed: the last ones."""

_FIGURE = re.compile(r"  (\S.*?) {2,}([\d,]+)")
_INPUTS = re.compile(r"(\S.*?) +([\d,]+) inputs")


def promises_kept(console: Console) -> Part:
    """Every promise on every store, and through every queue."""
    if not WITH_BULLMQ.exists():
        return Part(PROMISED, 0, ["nothing can be tried through BullMQ: `make .venv-bullmq/.dev` first"])
    made = promises()
    tests = sorted({test for promise in made for test in promise.tests})
    reports = [run_tests(tests, *SIDE_BY_SIDE), run_tests(tests, "-m", "bullmq", *SIDE_BY_SIDE, python=WITH_BULLMQ)]
    ended = [each for report in reports for each in report.ended]
    matrix = matrix_of(made, ended)
    console.print(_shown(matrix))
    broken = [] if matrix.is_whole else ["a promise is broken, or not put to the test on every store"]
    broken += [report.output[-TOLD:] for report in reports if report.code]
    return Part(PROMISED, len(ended), broken, {"matrix": matrix.markdown()})


def faults_survived(console: Console) -> Part:
    """Networks, databases and disks that fail, servers and workers that are killed."""
    report = run_tests(["tests/faults", "tests/chaos", "tests/processes"], "-m", "not bullmq")
    times = Counter[str]()
    for each in report.ended:
        times.update(each.counts)
    rows = [(name, f"{count:,}") for name, count in sorted(times.items())]
    _print(console, ("fault", "times"), rows)
    failed = [*_failed(report.ended), report.output[-TOLD:]] if report.code else []
    return Part(
        "faults from outside, while many runs were under way",
        times.total(),
        failed,
        {"faults": table(("fault", "times"), rows)},
    )


def seeds_simulated(console: Console) -> Part:
    """Whole systems in bad weather, on a virtual clock."""
    code, output = _said("tests.simulation", "--seeds", str(MOST_SEEDS), "--seconds", str(SECONDS_OF_SEEDS))
    rows = _FIGURE.findall(output.rpartition(" failed\n")[2])
    _print(console, ("simulated", "count"), rows)
    count = next((int(figure.replace(",", "")) for name, figure in rows if name == "seeds"), 0)
    texts = {"simulation": table(("simulated", "count"), rows)}
    return Part("seeds of the simulator, each a system in bad weather", count, [output] if code else [], texts)


def mutants_caught(console: Console) -> Part:
    """Faults in our own code, that the tests must notice."""

    def heard(verdict: Verdict) -> None:
        shown = "caught" if verdict.caught else "MISSED"
        console.print(f"{shown}: {verdict.mutant.fault}", markup=False, highlight=False)

    results = verdicts(MUTANTS, heard)
    rows = [(each.mutant.fault, str(each.mutant.promise or ""), _noticed(each)) for each in results]
    _print(console, ("fault", "promise", "caught by"), rows)
    missed = [f"missed: {each.mutant.fault}" for each in results if not each.caught]
    missed += [f"fails without any fault too: {node}" for node in failing_anyway(results)]
    texts = {"mutants": table(("fault in our own code", "promise"), [row[:2] for row in rows])}
    return Part("faults in our own code, all caught by a test", len(results), missed, texts)


def inputs_refused(console: Console) -> Part:
    """Every decoder with inputs that nobody should send."""
    code, output = _said("tests.security.fuzzing", str(SECONDS_OF_INPUTS))
    rows = _INPUTS.findall(output)
    _print(console, ("decoder", "inputs"), rows)
    count = sum(int(figure.replace(",", "")) for _, figure in rows)
    texts = {"inputs": table(("decoder of", "inputs"), rows)}
    return Part("hostile inputs, read or refused", count, [output] if code else [], texts)


PARTS: dict[str, Callable[[Console], Part]] = {
    "promises": promises_kept,
    "faults": faults_survived,
    "simulation": seeds_simulated,
    "mutants": mutants_caught,
    "inputs": inputs_refused,
}


def _noticed(verdict: Verdict) -> str:
    if verdict.noticed_by is not None:
        return verdict.noticed_by.test
    return "a test that did not end" if verdict.caught else "MISSED"


def _shown(matrix: Matrix) -> Table:
    shown = Table("", "promise", *COLUMNS)
    for row in matrix.rows():
        shown.add_row(*row)
    return shown


def _print(console: Console, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    shown = Table(*head)
    for row in rows:
        shown.add_row(*row)
    console.print(shown)


def _failed(ended: Sequence[Ended]) -> list[str]:
    return [each.test for each in ended if not each.passed]


def _said(module: str, *options: str) -> tuple[int, str]:
    """What a module of the tests has said, and how it has ended."""
    done = subprocess.run(  # noqa: S603  our own interpreter
        [sys.executable, "-m", module, *options],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.returncode, done.stdout
