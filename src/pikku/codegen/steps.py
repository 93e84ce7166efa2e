"""What the steps of a graph call, however deep they are."""

from collections.abc import Iterator
from typing import Any

import msgspec

from pikku.model.graph import Node, RpcStep


def rpc_names(nodes: tuple[Node, ...]) -> set[str]:
    """The names of all functions that are called by steps."""
    return set(_names(nodes))


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, RpcStep):
        yield value.rpc_name
    elif isinstance(value, tuple):
        for each in value:
            yield from _names(each)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _names(getattr(value, name))
