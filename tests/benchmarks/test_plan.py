"""The plan of the benchmark: every name in it, and every name that is asked of it, is there."""

import ast
import inspect
from importlib import import_module
from typing import Any

from benchmarks.blocks import COMPARISONS
from benchmarks.budget import PROMISES
from benchmarks.charts.pictures import PICTURES
from benchmarks.environments import ROOT
from benchmarks.plan import plan
from benchmarks.size import Size
from benchmarks.trial import DBOS

GROUPS = plan(Size())
TRIALS = [trial for group in GROUPS for trial in group.trials]
NAMES = [row.name for trial in TRIALS for row in trial.rows]


def arguments_of(call: str) -> set[str]:
    """The names of what a trial's function is given after the address, without importing what is not installed here."""
    module, _, name = call.partition(":")
    tree = ast.parse((ROOT / f"{module.replace('.', '/')}.py").read_text("utf-8"))
    [found] = (each for each in tree.body if isinstance(each, ast.AsyncFunctionDef) and each.name == name)
    return {argument.arg for argument in found.args.args[1:]}


def test_every_trial_has_a_function_that_takes_its_options() -> None:
    for trial in TRIALS:
        for options in trial.options, trial.options | (trial.quick or {}):
            if trial.environment == DBOS:
                assert arguments_of(trial.call) == set(options), trial.name
            else:
                module, _, name = trial.call.partition(":")
                inspect.signature(getattr(import_module(module), name)).bind("", **options)


def test_rows_have_names_of_their_own_and_what_they_are_compared_with_is_in_their_group() -> None:
    assert len(set(NAMES)) == len(NAMES)
    for group in GROUPS:
        here = {row.name: row for trial in group.trials for row in trial.rows}
        others = {other for row in here.values() for other in (row.limit, row.rival) if other}
        assert others <= here.keys(), group.name


def test_budget_charts_and_ratios_ask_for_rows_that_are_measured() -> None:
    asked = {name for picture in PICTURES.values() for scale in picture.scales for name in scale.figures}
    asked |= {name for each in COMPARISONS for name in each[1:] if name}
    for promise in PROMISES:
        promise.measured(Asking(asked))  # type: ignore[arg-type]
    assert asked <= set(NAMES)


def test_the_main_rows_are_some_of_all_and_every_group_of_them_has_its_plain_writes() -> None:
    quick = [trial.name for group in plan(Size(), quick=True) for trial in group.trials]
    assert set(quick) < {trial.name for trial in TRIALS}
    assert [name for name in quick if "yardstick" in name]


class Asking:
    """A report that only notes what it is asked for."""

    def __init__(self, asked: set[str]) -> None:
        self._asked = asked

    def median(self, name: str) -> None:
        self._asked.add(name)

    def ratio(self, *names: str) -> Any:
        self._asked.update(names)
