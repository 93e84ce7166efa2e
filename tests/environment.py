"""Which of the two environments of tests this is: no environment can have both PgQueuer and bullmq."""

from collections.abc import Iterable
from importlib.util import find_spec
from shutil import which
from typing import Any

import pytest

PGQUEUER = find_spec("pgqueuer") is not None
BULLMQ = find_spec("bullmq") is not None

NODE = which("node") is not None and which("npm") is not None
"""Whether BullMQ for Node can be tried too."""

LIBRARIES = {"pgqueuer": PGQUEUER, "bullmq": BULLMQ}
"""Whether it is here. Folders of tests of a library are called like it."""


def marked(queues: Iterable[str]) -> list[Any]:
    """Names of queues as parameters of tests, each with the mark of its environment."""
    return [pytest.param(queue, marks=marks_of(queue)) for queue in queues]


def marks_of(queue: str) -> list[pytest.MarkDecorator]:
    """What says that a test of this queue needs the other environment."""
    return [pytest.mark.bullmq] if queue == "bullmq" else []
