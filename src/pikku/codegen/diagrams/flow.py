"""Boxes and arrows: what a flowchart shows, in whatever language it is written."""

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct


class Look(StrEnum):
    """What a box stands for, and so how it looks."""

    START = "start"
    END = "end"
    RPC = "rpc"
    INLINE = "inline"
    SLEEP = "sleep"
    DECISION = "decision"
    LOOP = "loop"
    OTHER = "other"


class Box(Struct, frozen=True):
    """`id` is unique in the flow; `lines` are texts for people."""

    id: str
    look: Look
    lines: tuple[str, ...]


class Group(Struct, frozen=True):
    """A frame around boxes."""

    id: str
    title: str
    parts: "tuple[Part, ...]"


Part = Box | Group


class Arrow(Struct, frozen=True):
    """From a box, or a group as a whole, to a box. It is dotted when something else than the end of a step leads there."""

    start: str
    end: str
    label: str = ""
    is_dotted: bool = False


class Flow(Struct, frozen=True):
    parts: tuple[Part, ...]
    arrows: tuple[Arrow, ...]

    def boxes(self) -> Iterator[Box]:
        """All of them, in the order of the source."""
        return _boxes(self.parts)


def _boxes(parts: tuple[Part, ...]) -> Iterator[Box]:
    for part in parts:
        if isinstance(part, Box):
            yield part
        else:
            yield from _boxes(part.parts)
