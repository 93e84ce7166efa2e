"""A small disk of one's own, where this user may have one: only root may, and not in every container."""

import os
import subprocess
from pathlib import Path
from shutil import which


def mounted(disk: Path, megabytes: int) -> bool:
    """Whether there is one in the place of this folder now."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(disk)]
    may_try = os.geteuid() == 0 and which("mount") is not None
    return may_try and not subprocess.run(command, check=False, capture_output=True).returncode


def unmount(disk: Path) -> None:
    """Give it back, even if somebody still has a file of it open."""
    subprocess.run(["umount", "--lazy", disk], check=True)
