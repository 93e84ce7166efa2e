"""What distinguishes one graph from another."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

import msgspec

from pikku.model.graph import Node

_DIGITS = 12
_SAID = frozenset({"place", "description"})
"""What is said about a step, and changes nothing of what happens."""


def graph_hash(steps: Sequence[Node]) -> str:
    """12 hex digits. They change with each step, name, option, order and condition; not with comments, formatting, the places of
    things in the source, descriptions and documentation."""
    plain = [_without_said(msgspec.to_builtins(node)) for node in steps]
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()[:_DIGITS]


def _without_said(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: part if name == "options" else _without_said(part)
            for name, part in value.items()
            if name not in _SAID
        }
    return [_without_said(part) for part in value] if isinstance(value, (list, tuple)) else value
