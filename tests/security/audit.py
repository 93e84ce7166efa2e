"""Asks a vulnerability service about every pinned requirement: `make audit`.

What was not asked is not passed: exits with 0 only when every file was checked whole, 1 if something is known to be vulnerable,
2 if the service could not be asked.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

PIP_AUDIT = (
    sys.executable,
    "-m",
    "pip_audit",
    "--strict",
    "--disable-pip",
    "--require-hashes",
    "--progress-spinner",
    "off",
)


class Verdict(NamedTuple):
    """What is known of one file: `code` as this program exits."""

    code: int
    text: str


def verdict(out: str, err: str) -> Verdict:
    """What pip-audit has found, from what it printed as JSON. Anything else means that it has checked nothing."""
    try:
        found = json.loads(out)["dependencies"]
        checked = {each["name"]: [known["id"] for known in each["vulns"]] for each in found}
    except (ValueError, KeyError, TypeError):
        reason = (err.strip().splitlines() or ["it said nothing"])[-1]
        return Verdict(2, f"NOT CHECKED, the service could not be asked: {reason}")
    if not checked:
        return Verdict(2, "NOT CHECKED: nothing was found to ask about")
    if vulnerable := [f"{name}: {', '.join(ids)}" for name, ids in checked.items() if ids]:
        return Verdict(1, f"VULNERABLE: {'; '.join(vulnerable)}")
    return Verdict(0, f"{len(checked)} packages checked, none is known to be vulnerable")


def main(service: str, files: Sequence[str]) -> int:
    """Check the files, and print a line for each."""
    worst = 0
    for file in files:
        command = [*PIP_AUDIT, "--format", "json", "--vulnerability-service", service, "--requirement", file]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        found = verdict(done.stdout, done.stderr)
        sys.stdout.write(f"{Path(file).name}: {found.text}\n")
        worst = max(worst, found.code)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
