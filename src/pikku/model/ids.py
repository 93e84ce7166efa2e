"""Names of runs, steps and invocations."""

import re
from typing import NewType
from uuid import UUID, uuid5

RunId = NewType("RunId", str)
"""A UUIDv7 in its usual text form: runs sort by the time of their creation."""

INVOCATIONS = UUID("7f0f7a1e-6f0b-5d39-9f0e-1c1f5c0a9b57")
"""The namespace of invocation ids. Frozen: other systems hold ids made from it."""

_ENDS_LIKE_AN_ORDINAL = re.compile(r"#[0-9]+$")


def new_run_id(unix_ms: int, entropy: bytes) -> RunId:
    """A UUIDv7 from a time and ten random bytes (RFC 9562, section 5.7)."""
    value = (unix_ms & (2**48 - 1)) << 80 | int.from_bytes(entropy[:10], "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return RunId(str(UUID(int=value)))


def step_key(name: str, ordinal: int) -> str:
    """The key of the n-th step of that name in a run, counted from 0: `pay`, `pay#1`, `pay#2`.

    A name that itself ends in `#` and digits always gets its ordinal, so that no two steps share a key.
    """
    if ordinal == 0 and not _ENDS_LIKE_AN_ORDINAL.search(name):
        return name
    return f"{name}#{ordinal}"


def invocation_id(run_id: RunId, key: str) -> str:
    """The token to give to other systems: the same for every attempt of a step, and for no other step."""
    return str(uuid5(INVOCATIONS, f"{run_id}:{key}"))


def child_run_id(invocation: str, ordinal: int) -> RunId:
    """The id of the n-th run that a step starts: the same in every attempt, so that a repeated attempt starts no second run."""
    return RunId(str(uuid5(UUID(invocation), f"run:{ordinal}")))
