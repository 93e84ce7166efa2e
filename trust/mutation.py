"""Puts one fault after the other into copies of the code, and sees whether the tests notice."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import SimpleQueue

from msgspec import Struct

from pikku.testing.servers import PostgresServer, RedisServer
from trust.mutant import Mutant
from trust.promise import ROOT
from trust.suite import Ended, run_tests

AT_ONCE = 2
SECONDS = 90.0
"""A fault that makes tests hang is noticed too."""

COPIED = ("src", "tests", "examples", "docs", "trust", "pyproject.toml", "README.md", "CHANGELOG.md", "Makefile")
NOTHING_RAN = (2, 3, 4, 5)
"""pytest's exit codes for tests that were not even begun: a fault that breaks the imports says nothing about the tests."""


class Verdict(Struct, frozen=True):
    """Whether a fault was noticed, and by which test first; without a test, because there was no end."""

    mutant: Mutant
    caught: bool
    noticed_by: Ended | None = None


def verdicts(mutants: Sequence[Mutant], heard: Callable[[Verdict], None]) -> list[Verdict]:
    """What became of each; `heard` is told as soon as it is known."""
    with _surroundings() as free, ThreadPoolExecutor(AT_ONCE) as threads:

        def judge(mutant: Mutant) -> Verdict:
            environment = free.get()
            try:
                verdict = _judged(mutant, environment)
            finally:
                free.put(environment)
            heard(verdict)
            return verdict

        return list(threads.map(judge, mutants))


def failing_anyway(results: Sequence[Verdict]) -> Sequence[str]:
    """Which of the tests that have noticed something fail without any fault too, and so have noticed nothing."""
    nodes = sorted({each.noticed_by.node for each in results if each.noticed_by is not None})
    report = run_tests(nodes, "-p", "no:xdist")
    if report.code in NOTHING_RAN:
        raise RuntimeError(f"the tests that have noticed a fault could not be run without one:\n{report.output}")
    return [each.node for each in report.ended if not each.passed]


def _judged(mutant: Mutant, environment: dict[str, str]) -> Verdict:
    with _copy() as tree:
        mutant.apply_to(tree)
        here = {**environment, "PYTHONPATH": str(tree / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
        report = run_tests(
            mutant.caught_by, "-x", "-p", "no:xdist", *mutant.options, root=tree, environment=here, seconds=SECONDS
        )
    if report.code in NOTHING_RAN:
        raise RuntimeError(f"the tests for {mutant.fault!r} could not be run:\n{report.output}")
    noticed_by = next((each for each in report.ended if not each.passed), None)
    return Verdict(mutant, noticed_by is not None or report.code < 0, noticed_by)


@contextmanager
def _copy() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pikku-mutant-") as folder:
        for name in COPIED:
            whole = ROOT / name
            if whole.is_dir():
                shutil.copytree(whole, Path(folder, name), ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(whole, folder)
        yield Path(folder)


@contextmanager
def _surroundings() -> Iterator[SimpleQueue[dict[str, str]]]:
    """Servers for each that is tried at once: one would drop the databases of the other."""
    free: SimpleQueue[dict[str, str]] = SimpleQueue()
    with ExitStack() as stack:
        for _ in range(1 if "PIKKU_TEST_POSTGRES_URL" in os.environ else AT_ONCE):
            postgres = stack.enter_context(PostgresServer())
            redis = stack.enter_context(RedisServer())
            free.put({"PIKKU_TEST_POSTGRES_URL": postgres.url(), "PIKKU_TEST_REDIS_URL": redis.url()})
        yield free
