"""Every rule has a page; its bad example gives just that diagnostic, its good one gives none."""

import re
from pathlib import Path

import pytest

from pikku.inspector.inspection import inspect
from pikku.inspector.project import Project
from pikku.model.rules import RULES

PAGES = Path(__file__).parents[2] / "docs" / "rules"
EXAMPLE = r"^## {}\n\n```python\n(.*?)^```$"


@pytest.mark.parametrize("code", RULES)
def test_the_bad_example_gives_the_diagnostic_and_the_good_one_nothing(code: str, tmp_path: Path) -> None:
    page = (PAGES / f"{code}.md").read_text("utf-8")
    assert codes_found(example(page, "Bad"), tmp_path) == {code}
    assert codes_found(example(page, "Good"), tmp_path) == set()


@pytest.mark.parametrize("code", RULES)
def test_the_page_has_the_title_and_the_severity_of_the_rule(code: str) -> None:
    rule = RULES[code]
    page = (PAGES / f"{code}.md").read_text("utf-8")
    assert page.startswith(f"# {code}: {rule.title}\n\nSeverity: {rule.severity.value}.\n")


def test_the_table_lists_all_rules_in_order() -> None:
    rows = re.findall(
        r"^\| \[(PKU\d+)\]\((PKU\d+)\.md\) \| (\w+) \| (.*) \|$", (PAGES / "README.md").read_text("utf-8"), re.M
    )
    assert rows == [(code, code, rule.severity.value, rule.title) for code, rule in sorted(RULES.items())]
    assert sorted(page.stem for page in PAGES.glob("PKU*.md")) == sorted(RULES)


def example(page: str, heading: str) -> str:
    found = re.search(EXAMPLE.format(heading), page, re.MULTILINE | re.DOTALL)
    assert found, heading
    return found[1]


def codes_found(text: str, folder: Path) -> set[str]:
    file = folder / "example.py"
    file.write_text(text, "utf-8")
    return {each.code for each in inspect(Project(folder, sources=(file,))).diagnostics}
