"""The interpreters that a trial may need, and what a trial gives in one of them."""

import json
import os
import signal
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
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True, process_group=0) as child:  # noqa: S603
        try:
            told, complained = child.communicate(timeout=PATIENCE)
        except BaseException as error:
            os.killpg(child.pid, signal.SIGKILL)  # its workers too: nobody else would end them
            if isinstance(error, subprocess.TimeoutExpired):
                raise RuntimeError(f"it had not ended after {PATIENCE} s") from None
            raise
    if child.returncode:
        raise RuntimeError(" ".join(complained.strip().splitlines()[-3:]) or f"it ended with {child.returncode}")
    found: dict[str, Any] = json.loads(told.splitlines()[-1])
    return found
