"""Files that can say nothing are not parsed."""

from pathlib import Path

import pytest
from tests.inspector.projects import write

from pikku.codegen.header import module_header
from pikku.inspector.contents import read_contents
from pikku.inspector.listing import list_files
from pikku.inspector.names.codebase import Codebase
from pikku.inspector.project import Project
from pikku.inspector.relevance import relevant


def relevant_modules(root: Path, files: dict[str, str | bytes]) -> list[str]:
    write(root, files)
    listing = list_files(Project(root))
    contents = read_contents(root, listing).bytes_by_file
    return [each.module for each in relevant(list(listing.files), contents, Codebase(listing.files, contents))]


@pytest.mark.parametrize(
    "text",
    [
        "from shop.marks import step",
        "from shop import marks",
        "from shop import (\n    marks,  # here\n)",
        "import os, shop.marks",
        "import shop.marks as m",
        "from .marks import *",
        "from . import marks",
        "def f():\n    from .marks import step",
        "from shop.door import step",
    ],
)
def test_a_file_that_imports_from_one_that_names_us_is_read(tmp_path: Path, text: str) -> None:
    files = {
        "shop/__init__.py": "",
        "shop/marks.py": "from pikku import func as step",
        "shop/door.py": "from .marks import step",
        "shop/here.py": text,
    }
    assert "shop.here" in relevant_modules(tmp_path, dict(files))


@pytest.mark.parametrize("text", ["", "import os", "from shop import other", "from library.marks import step", "def ("])
def test_other_files_are_not_read(tmp_path: Path, text: str) -> None:
    files = {
        "shop/__init__.py": "",
        "shop/marks.py": "from pikku import func",
        "shop/other.py": "",
        "shop/here.py": text,
    }
    assert relevant_modules(tmp_path, dict(files)) == ["shop.marks"]


def test_what_we_have_generated_ourselves_is_not_read(tmp_path: Path) -> None:
    header = module_header("A client.")
    assert relevant_modules(tmp_path, {"generated.py": f"{header}\nimport pikku\n"}) == []
