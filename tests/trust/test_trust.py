"""That `make trust` would try what it says: its tests and the places of its faults are there. It is run by hand."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from tests.simulation.broken import FAULTS
from trust.document import with_text
from trust.matrix import STORES, matrix_of
from trust.mutant import Mutant
from trust.mutants import MUTANTS
from trust.promise import DOCUMENT, ROOT, promises
from trust.suite import Ended

PROMISES = range(1, 13)
FEWEST_MUTANTS = 25
PACKAGE = ROOT / "src" / "pikku"
CONTRACTS = PACKAGE / "testing" / "contracts"


@cache
def names_in(file: Path) -> frozenset[str]:
    """The names of all tests in a file, and of its classes. What a class inherits is looked up by `is_there`."""
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    return frozenset(node.name for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, kinds))


@cache
def promised_of_all_stores() -> frozenset[str]:
    return frozenset[str]().union(*map(names_in, CONTRACTS.glob("*.py")))


def is_there(test: str) -> bool:
    path, *names = test.split("::")
    if not (ROOT / path).is_file():
        return False
    there = names_in(ROOT / path)
    return all(name in there or (names[0] == "TestStores" and name in promised_of_all_stores()) for name in names)


def named() -> Iterator[str]:
    yield from (test for promise in promises() for test in promise.tests)
    yield from (test for mutant in MUTANTS for test in mutant.caught_by)


def test_every_promise_has_tests_and_all_of_them_are_there() -> None:
    assert [promise.number for promise in promises() if promise.tests] == [*PROMISES]
    assert [test for test in named() if not is_there(test)] == []


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.fault for mutant in MUTANTS])
def test_a_mutants_place_is_there(mutant: Mutant) -> None:
    assert mutant.broken(ROOT) != (PACKAGE / mutant.file).read_text()


def test_the_places_of_the_simulators_faults_are_there() -> None:
    counts = {name: (PACKAGE / fault.file).read_text().count(fault.code) for name, fault in FAULTS.items()}
    assert counts == dict.fromkeys(FAULTS, 1)


def test_every_promise_is_broken_by_a_mutant() -> None:
    assert len({mutant.fault for mutant in MUTANTS}) == len(MUTANTS) >= FEWEST_MUTANTS
    assert {mutant.promise for mutant in MUTANTS} - {None} == {*PROMISES}


def test_a_promise_that_is_broken_or_not_tried_on_a_store_leaves_the_matrix_unwhole() -> None:
    [promise] = promises("## 1. One\n- `tests/e2e/test_steps.py::test_it`\n")
    kept = [Ended("tests.e2e.test_steps.test_it", (store, "inline"), passed=True) for store in STORES]
    broken = Ended("tests.e2e.test_steps.test_it", ("redis", "dropped"), passed=False)
    assert matrix_of([promise], kept).is_whole
    assert not matrix_of([promise], kept[1:]).is_whole
    assert not matrix_of([promise], [*kept, broken]).is_whole
    through = Ended("tests.e2e.test_steps.test_it", ("dropped", "redis", "bullmq"), passed=True)
    shown = matrix_of([promise], [*kept, broken, through]).markdown()
    assert shown.endswith("| 1 | One | 1 | 1 | 1 | 1 | 1 of 2 |  | 1 |  |\n")


def test_what_is_written_takes_the_place_of_what_was_written_before() -> None:
    document = DOCUMENT.read_text()
    for place in ("matrix", "counts", "faults", "simulation", "mutants", "inputs"):
        once = with_text(document, place, "| new |\n")
        assert with_text(with_text(once, place, "| newer |\n"), place, "| new |\n") == once
    with pytest.raises(ValueError, match="has no place between"):
        with_text(document, "nowhere", "")
