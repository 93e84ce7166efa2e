"""Every file of the bed says what is found in it: `# want: PKU801` on the line."""

import re
from collections import Counter
from pathlib import Path

import pytest

from pikku.inspector.inspection import inspect
from pikku.inspector.project import Project
from pikku.model.rules import RULES

BED = Path(__file__).parent / "bed"
CASES = sorted(
    path for path in BED.glob("*/*") if path.suffix == ".py" or (path.is_dir() and path.name != "__pycache__")
)
WANT = re.compile(r"# want:((?: PKU\d{3})+)")

Found = Counter[tuple[str, int, str]]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.stem}")
def test_what_the_file_wants_is_what_is_found(case: Path) -> None:
    assert found_in(case) == wanted_in(case)


@pytest.mark.parametrize("code", RULES)
def test_every_rule_has_cases_that_fire_and_cases_that_do_not(code: str) -> None:
    fires = [any(code == found for _, _, found in wanted_in(case)) for case in CASES if case.parent.name == code]
    assert True in fires
    assert False in fires


def test_every_file_of_the_bed_says_in_one_line_what_it_shows() -> None:
    first = {file: file.read_text("utf-8").removeprefix("# pikku: ignore-file[PKU801]\n") for file in files_of(BED)}
    assert [str(file) for file, text in first.items() if not re.match(r'"""[^\n]+\."""\n', text)] == []
    assert len(first) >= 120


def found_in(case: Path) -> Found:
    project = Project(case) if case.is_dir() else Project(case.parent, sources=(case,))
    diagnostics = inspect(project).diagnostics
    return Counter((each.place.file, each.place.line, each.code) for each in diagnostics)


def wanted_in(case: Path) -> Found:
    root = case if case.is_dir() else case.parent
    return Counter(
        (file.relative_to(root).as_posix(), number, code)
        for file in files_of(case)
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        for match in WANT.finditer(line)
        for code in match[1].split()
    )


def files_of(case: Path) -> list[Path]:
    return sorted(case.rglob("*.py")) if case.is_dir() else [case]
