"""What the figures were measured on: nothing that names the machine or its owner."""

import os
import platform
from pathlib import Path

GIB = 1024**3


def machine() -> dict[str, str]:
    """Processors, memory, kernel."""
    return {
        "processors": f"{os.cpu_count()} × {_model()}",
        "memory": f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / GIB:.0f} GiB",
        "kernel": f"{platform.system()} {platform.release()}",
    }


def load() -> float:
    """How many processes wanted to run over the last minute, on average."""
    return os.getloadavg()[0]


def _model() -> str:
    file = Path("/proc/cpuinfo")
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    models = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(models, platform.machine())
