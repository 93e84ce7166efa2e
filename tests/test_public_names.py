"""What `import pikku` offers, and what it costs."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import pikku

SOURCE = Path(pikku.__file__).read_text("utf-8")


def test_every_public_name_is_there_and_is_known_to_type_checkers() -> None:
    for_type_checkers = {
        (alias.name, node.module)
        for block in ast.parse(SOURCE).body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert for_type_checkers == set(pikku._HOMES.items())
    assert sorted(pikku._HOMES) == pikku.__all__ == dir(pikku)
    assert all(getattr(pikku, name) is not None for name in pikku.__all__)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'pikku' has no attribute 'workflows'"):
        pikku.workflows  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize("module", ["asyncio", "msgspec", "sqlite3", "rich", "pydantic"])
def test_importing_the_package_alone_imports_nothing_heavy(module: str) -> None:
    code = f"import sys, pikku; sys.exit({module!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
