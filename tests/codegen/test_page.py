"""What docs/generated.md shows is what happens, and both type checkers agree with it."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.codegen.sample import MYPY_CACHE

PAGE = (Path(__file__).parents[2] / "docs" / "generated.md").read_text("utf-8")
TOOLS = Path(sys.executable).parent


def test_the_page_can_be_typed_as_it_stands(tmp_path: Path) -> None:
    for name, text in re.findall(r"^```python\n# (\w+\.py)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL):
        (tmp_path / name).write_text(text, "utf-8")
    [console] = re.findall(r"^```console\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    shown = [line for line in console.splitlines() if not line.startswith("$ ")]
    typed = [line.removeprefix("$ ") for line in console.splitlines() if line.startswith("$ ")]
    assert carried_out(" && ".join(typed), tmp_path).splitlines() == shown
    assert "Success" in carried_out("mypy --strict --config-file= .", tmp_path)
    assert "0 errors" in carried_out("basedpyright --level error", tmp_path)


def carried_out(command: str, folder: Path) -> str:
    path = f"{TOOLS}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "VIRTUAL_ENV": str(TOOLS.parent), "MYPY_CACHE_DIR": str(MYPY_CACHE)}
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
