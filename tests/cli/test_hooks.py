"""The hooks for pre-commit."""

import re
import shlex
from pathlib import Path

from tests.cli.surroundings import Shop

HOOKS = (Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text("utf-8")


def test_every_hook_is_a_command_that_passes_where_nothing_is_wrong(project: Shop) -> None:
    project.pikku("prebuild")
    entries = re.findall(r"^  entry: pikku (.*)$", HOOKS, re.MULTILINE)
    assert len(entries) == HOOKS.count("- id: ") == 2
    for entry in entries:
        assert project.pikku(*shlex.split(entry)).code == 0


def test_hooks_look_at_the_project_as_a_whole() -> None:
    assert HOOKS.count("pass_filenames: false") == HOOKS.count("- id: ")
