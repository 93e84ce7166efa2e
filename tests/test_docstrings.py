"""The examples in docstrings."""

import doctest
from importlib import import_module
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src"
WITH_EXAMPLES = [file for file in sorted(SRC.rglob("*.py")) if ">>> " in file.read_text("utf-8")]


@pytest.mark.parametrize("file", WITH_EXAMPLES, ids=lambda file: file.stem)
def test_the_examples_of_a_module_are_true(file: Path) -> None:
    module = import_module(".".join(file.relative_to(SRC).with_suffix("").parts))
    failures, examples = doctest.testmod(module)
    assert examples > 0
    assert failures == 0
