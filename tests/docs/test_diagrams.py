"""The diagrams of the documentation are those that the command draws. `PIKKU_RENEW_GOLDEN=1` draws them anew."""

import os
import re
from pathlib import Path

import pytest

from pikku.codegen.diagrams import mermaid
from pikku.inspector.inspection import inspect
from pikku.inspector.project import Project

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "inspector.md"
SHOP = re.search(r"^```python\n(# shop\.py\n.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
DIAGRAM = re.compile(r"^```mermaid\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def drawn(tmp_path: Path) -> list[str]:
    """The diagrams that belong on the page, in its order."""
    assert SHOP
    (tmp_path / "shop.py").write_text(SHOP[1], "utf-8")
    projects = [tmp_path, *sorted(folder for folder in (ROOT / "examples").iterdir() if folder.is_dir())]
    manifests = [inspect(Project(folder)).manifest for folder in projects]
    return [mermaid(each.name, each.steps) for manifest in manifests for each in manifest.workflows]


def test_the_page_shows_the_example_and_the_workflows_of_all_examples(tmp_path: Path) -> None:
    diagrams = drawn(tmp_path)
    if os.environ.get("PIKKU_RENEW_GOLDEN"):
        left = iter(diagrams)
        PAGE.write_text(DIAGRAM.sub(lambda match: f"```mermaid\n{next(left)}```", PAGE.read_text("utf-8")), "utf-8")
    assert DIAGRAM.findall(PAGE.read_text("utf-8")) == diagrams


@pytest.mark.parametrize("name", ["onboarding", "registration"])
def test_each_diagram_has_a_heading(name: str) -> None:
    assert f"\n### {name}\n\n```mermaid\n" in PAGE.read_text("utf-8")
