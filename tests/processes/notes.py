"""What the processes of tests write down of what they execute: evidence that does not come from the store."""

import os
import sys
import time
from pathlib import Path
from typing import Any

from pikku import Context

NOTES = Path(sys.argv[2] if len(sys.argv) > 2 else os.devnull)
"""The second argument of each such process."""


def note(ctx: Context[Any]) -> str:
    """One line for one execution: run, key, and the time at which it began. It is written whole, or not at all."""
    assert ctx.step is not None
    line = f"{ctx.step.run_id} {ctx.step.key} {time.time_ns() // 1_000_000}\n"
    with NOTES.open("ab", buffering=0) as notes:
        notes.write(line.encode())
    return ctx.step.key
