"""Two environments together run every test. Neither may lose some without a word."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.environment import BULLMQ, NODE, PGQUEUER

ROOT = Path(__file__).parents[1]
FILES = {
    str(file.relative_to(ROOT)) for file in (ROOT / "tests").rglob("test_*.py") if NODE or file.stem != "test_node"
}
LIBRARY, HOME = ("bullmq", "redis") if BULLMQ else ("pgqueuer", "postgres")
"""What this environment is for, and the store that goes with it."""

pytestmark = pytest.mark.bullmq  # in the other environment too: here everything runs


def collected(*options: str) -> set[str]:
    """What pytest would run, as `tests/e2e/test_time.py::test[redis-bullmq-resident]`."""
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:xdist", *options]
    done = subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    return {line for line in done.stdout.splitlines() if "::" in line}


@pytest.fixture(scope="module")
def everything() -> set[str]:
    return collected()


@pytest.fixture(scope="module")
def run_here(everything: set[str]) -> set[str]:
    """What `make test` runs in this environment."""
    return collected("-m", "bullmq") if BULLMQ else everything


def test_an_environment_has_one_of_the_two_libraries() -> None:
    assert PGQUEUER != BULLMQ, "install either requirements/dev.txt or requirements/bullmq.txt, in an empty environment"


def test_every_file_about_the_library_is_run_and_where_pgqueuer_is_every_other_file_too(run_here: set[str]) -> None:
    about = {file for file in FILES if LIBRARY in Path(file).parts}
    files = {test.partition("::")[0] for test in run_here}
    assert about, f"there are no tests in a folder called {LIBRARY}"
    assert about <= files
    assert BULLMQ or {file for file in FILES if "bullmq" not in Path(file).parts} == files


def test_what_is_tested_without_the_library_is_tested_with_it(everything: set[str], run_here: set[str]) -> None:
    without = {test for test in everything if f"[{HOME}-workers" in test or f"-{HOME}-workers" in test}
    assert without, f"no test runs with the store {HOME} and workers"
    assert {test.replace(f"{HOME}-workers", f"{HOME}-{LIBRARY}") for test in without} <= run_here
