"""The interpreters that a trial may need, and what a trial gives in one of them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.trial import BULLMQ, DBOS, MAIN

ROOT = Path(__file__).parents[1]
PATIENCE = 600
"""Seconds after which a trial has failed."""
FOLDERS = {BULLMQ: ".venv-bullmq", DBOS: ".venv-dbos"}


def interpreter(environment: str) -> Path | None:
    """The Python of an environment; `None` when it is not there."""
    if environment == MAIN:
        return Path(sys.executable)
    found = ROOT / FOLDERS[environment] / "bin" / "python"
    return found if found.exists() else None


def measure_in(environment: str, call: str, url: str, options: dict[str, Any]) -> dict[str, Any]:
    """What a trial gives in a fresh process. Raises `RuntimeError` with the end of what it said when it fails."""
    python = interpreter(environment)
    if python is None:
        raise RuntimeError(
            f"there is no {FOLDERS[environment]}: run `make bench`, or `make {FOLDERS[environment]}/.dev`"
        )
    command = [str(python), "-m", "benchmarks.child", call, url, json.dumps(options)]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"it had not ended after {PATIENCE} s") from None
    if done.returncode:
        raise RuntimeError(" ".join(done.stderr.strip().splitlines()[-3:]) or f"it ended with {done.returncode}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
