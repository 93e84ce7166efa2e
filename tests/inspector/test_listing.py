"""Which files a project has, and which modules they are."""

from pathlib import Path

import pytest
from tests.inspector.projects import write

from pikku.inspector.listing import list_files
from pikku.inspector.project import Project


def listed(root: Path, *names: str, sources: tuple[str, ...] = ()) -> dict[str, str]:
    """The modules that are inspected, by file."""
    write(root, dict.fromkeys(names, ""))
    listing = list_files(Project(root, sources=tuple(map(Path, sources))))
    return {each.file: each.module for each in listing.files if each.is_inspected}


@pytest.mark.parametrize(
    ("file", "module"),
    [
        ("single.py", "single"),
        ("shop.py", "shop.py"),
        ("shop/__init__.py", "shop"),
        ("shop/functions.py", "shop.functions"),
        ("src/market/__init__.py", "market"),
        ("src/market/deep/functions.py", "market.deep.functions"),
        ("src/loose/functions.py", "loose.functions"),
        ("parts/kitchen/__init__.py", "kitchen"),
        ("parts/kitchen/stove.py", "kitchen.stove"),
        ("scripts/once.py", "scripts.once"),
        ("my-scripts/once.py", "my-scripts.once"),
    ],
)
def test_a_module_has_the_name_that_imports_give_it(tmp_path: Path, file: str, module: str) -> None:
    packages = (
        "shop/__init__.py",
        "src/market/__init__.py",
        "src/market/deep/__init__.py",
        "parts/kitchen/__init__.py",
    )
    assert listed(tmp_path, *packages, file)[file] == module


def test_two_modules_of_one_name_are_told_apart(tmp_path: Path) -> None:
    files = [f"{folder}/shop/{name}.py" for folder in ("one", "two") for name in ("__init__", "app")]
    assert listed(tmp_path, *files) == {
        "one/shop/__init__.py": "shop",
        "one/shop/app.py": "shop.app",
        "two/shop/__init__.py": "two.shop",
        "two/shop/app.py": "two.shop.app",
    }


@pytest.mark.parametrize(
    "file",
    [
        ".venv/lib/x.py",
        "venv/x.py",
        "build/x.py",
        "dist/x.py",
        "node_modules/x.py",
        "__pycache__/x.py",
        ".hidden/x.py",
        "x.egg-info/x.py",
        "tests/test_x.py",
        "shop/tests/x.py",
        "shop/test_x.py",
        "conftest.py",
        "docs/conf.py",
        "x.txt",
    ],
)
def test_what_is_not_of_the_application_is_left_out(tmp_path: Path, file: str) -> None:
    assert listed(tmp_path, "shop.py", file) == {"shop.py": "shop"}


def test_an_environment_of_any_name_is_left_out(tmp_path: Path) -> None:
    write(tmp_path, {"py312/pyvenv.cfg": ""})
    assert listed(tmp_path, "shop.py", "py312/lib/x.py") == {"shop.py": "shop"}


def test_what_is_asked_for_is_taken_whatever_its_name(tmp_path: Path) -> None:
    files = ("shop.py", "tests/test_a.py", "tests/deep/test_b.py", "docs/conf.py")
    assert list(listed(tmp_path, *files, sources=("tests", "shop.py"))) == [
        "shop.py",
        "tests/deep/test_b.py",
        "tests/test_a.py",
    ]
    assert list(listed(tmp_path, sources=(str(tmp_path / "docs"),))) == ["docs/conf.py"]
    assert list(listed(tmp_path, sources=(".",))) == sorted(files)


def test_a_source_that_is_missing_is_a_problem(tmp_path: Path) -> None:
    listing = list_files(Project(tmp_path, sources=(Path("nowhere"),)))
    assert [file for file, _ in listing.problems] == ["nowhere"]
