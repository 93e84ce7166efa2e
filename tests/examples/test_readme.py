"""The example's README can be typed as it stands."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

EXAMPLE = Path(__file__).parents[2] / "examples" / "onboarding"
README = (EXAMPLE / "README.md").read_text("utf-8")
DATABASE = "postgresql://localhost/onboarding"


def test_with_workers(tmp_path: Path, postgres_url: str) -> None:
    [script] = re.findall(r"^## With workers$.*?^```sh\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    schema = f"{postgres_url}{'&' if '?' in postgres_url else '?'}schema=example"
    assert DATABASE in script
    ran = typed(script.replace(DATABASE, f"'{schema}'").replace("=10s", "=300ms"), tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("completed") == 2, ran.stdout
    assert ran.stderr.count("pikku: working for onboarding.app:app on PostgresStore(") == 2
    assert ran.stderr.count("pikku: the worker has ended after ") == 2
    assert len(list((tmp_path / "onboarding" / "data" / "outbox").glob("*.eml"))) == 2


def typed(script: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    work = shutil.copytree(EXAMPLE, folder / "onboarding", ignore=shutil.ignore_patterns("__pycache__", "data"))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PIKKU_")}
    command = ["bash", "-c", script]
    return subprocess.run(
        command, cwd=work, env=clean | {"PATH": path}, capture_output=True, text=True, timeout=60, check=False
    )
