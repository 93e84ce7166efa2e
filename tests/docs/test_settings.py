"""Every command and every setting is in the documentation."""

from pathlib import Path

import msgspec

from pikku.app.configuration import _VARIABLES, Configuration
from pikku.cli.main import pikku

PAGE = (Path(__file__).parents[2] / "docs" / "command.md").read_text("utf-8")


def test_every_command_is_documented() -> None:
    assert [name for name in pikku.list_commands(None) if f"| `pikku {name}" not in PAGE] == []  # type: ignore[arg-type]


def test_every_key_and_variable_is_documented() -> None:
    keys = [field.encode_name for field in msgspec.structs.fields(Configuration) if field.name != "workflows"]
    assert [key for key in keys if f"| `{key}`" not in PAGE] == []
    assert [name for name in _VARIABLES if f"`{name}`" not in PAGE] == []
