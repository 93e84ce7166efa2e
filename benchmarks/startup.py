"""How long it takes until a process is ready for anything."""

import subprocess
import sys
import time
from pathlib import Path

COMMAND = str(Path(sys.executable).parent / "pikku")


async def startup(url: str, times: int) -> dict[str, float]:
    """Milliseconds of a process that does nothing, that imports the library, and that shows the help of the command."""
    return {
        "nothing": _least(times, [sys.executable, "-c", "pass"]),
        "import": _least(times, [sys.executable, "-c", "import pikku"]),
        "help": _least(times, [COMMAND, "--help"]),
    }


async def startup_of(url: str, times: int, module: str) -> dict[str, float]:
    """Milliseconds of a process that imports another library."""
    return {"import": _least(times, [sys.executable, "-c", f"import {module}"])}


def _least(times: int, command: list[str]) -> float:
    # The least of some: what is more is what the machine did besides.
    return min(_took(command) for _ in range(times))


def _took(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    return (time.perf_counter() - began) * 1_000
