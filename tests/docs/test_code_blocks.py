"""The code blocks of README and docs: files are written, consoles are typed, and what is shown is what appears."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [
    "README.md",
    "docs/workflows.md",
    "docs/testing.md",
    "docs/command.md",
    "docs/deployment.md",
    "docs/retention.md",
    "docs/inspector.md",
]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE_NAME = re.compile(r"# (\w+\.py)\n")


@pytest.mark.parametrize("page", PAGES)
def test_what_the_page_shows_is_what_happens(page: str, tmp_path: Path) -> None:
    shell: dict[str, str] = {}
    for language, text in BLOCK.findall((ROOT / page).read_text("utf-8")):
        if language == "python":
            _write(text, tmp_path)
        elif language == "console":
            _type(text, tmp_path, shell)


@pytest.mark.parametrize("page", PAGES)
def test_every_python_file_of_the_page_can_be_imported(page: str, tmp_path: Path) -> None:
    names = [
        _write(text, tmp_path)
        for language, text in BLOCK.findall((ROOT / page).read_text("utf-8"))
        if language == "python"
    ]
    for name in names:
        _run([sys.executable, "-W", "error", "-c", f"import {Path(name).stem}"], tmp_path, {})


def _write(text: str, folder: Path) -> str:
    name = FILE_NAME.match(text)
    assert name, f"a python block begins with the name of its file: {text[:60]!r}"
    (folder / name[1]).write_text(text, "utf-8")
    return name[1]


def _type(text: str, folder: Path, shell: dict[str, str]) -> None:
    """Type what follows `$`, and compare what appears with the lines below it; `…` stands for anything in a line."""
    for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE):
        if command.startswith("export "):
            name, _, value = command.removeprefix("export ").partition("=")
            shell[name] = value
            continue
        printed = _run(["bash", "-c", command], folder, shell)
        wanted = r"\n".join(re.escape(line).replace("…", ".*") for line in shown.rstrip().splitlines())
        assert re.fullmatch(wanted, printed.rstrip()), f"{command!r} printed:\n{printed}\nthe page shows:\n{shown}"


def _run(command: list[str], folder: Path, shell: dict[str, str]) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, **shell}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout
