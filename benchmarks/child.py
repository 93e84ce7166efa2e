"""Measures one trial in this process, and writes what it gives as the last line: python -m benchmarks.child CALL URL OPTIONS"""

import asyncio
import json
import sys
from importlib import import_module
from typing import Any


def measure(call: str, url: str, options: dict[str, Any]) -> dict[str, Any]:
    """What the coroutine function `module:name` gives."""
    module, _, name = call.partition(":")
    given: dict[str, Any] = asyncio.run(getattr(import_module(module), name)(url, **options))
    return given


if __name__ == "__main__":
    found = measure(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))
    sys.stdout.write(f"{json.dumps(found)}\n")
