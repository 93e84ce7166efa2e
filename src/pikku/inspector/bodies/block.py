"""Steps that are being put together."""

import ast
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

from pikku.model.graph import Branch, Break, Fanout, Helper, Loop, Node, Parallel, Switch, Try


class Fate(StrEnum):
    """What becomes of the coroutine that a call gives: it is awaited at once, kept for later, or nobody has it."""

    AWAITED = "awaited"
    KEPT = "kept"
    DROPPED = "dropped"


class Use(NamedTuple):
    """What becomes of the value of an expression: assigned to `output`, kept in the variable `owner`."""

    fate: Fate
    output: ast.expr | None = None
    owner: str | None = None

    def kept(self) -> "Use":
        """The use of what is put into something that is used like this."""
        return Use(Fate.DROPPED if self.fate is Fate.DROPPED else Fate.KEPT, None, self.owner)

    def argument(self) -> "Use":
        """The use of what is given to a call that is used like this."""
        return Use(Fate.AWAITED if self.fate is Fate.AWAITED else Fate.KEPT, None, self.owner)


DROPPED = Use(Fate.DROPPED)
KEPT = Use(Fate.KEPT)


class Entry(NamedTuple):
    """A node in a block; what takes no step has no fate."""

    node: Node
    fate: Fate | None = None
    owner: str | None = None


class Block:
    """The nodes of one way, in order."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def add(self, node: Node, fate: Fate | None = None, owner: str | None = None) -> None:
        """Put a node at the end."""
        self.entries.append(Entry(node, fate, owner))

    @property
    def nodes(self) -> tuple[Node, ...]:
        return tuple(entry.node for entry in self.entries)

    @property
    def fate(self) -> Fate | None:
        """`KEPT` if all coroutines of the block are kept for later; `None` if there are none."""
        return joint_fate([entry.fate for entry in self.entries])

    @property
    def owner(self) -> str | None:
        """The variable that all coroutines of the block are in."""
        owners = {entry.owner for entry in self.entries if entry.fate is not None}
        return owners.pop() if len(owners) == 1 else None

    def take(self, chosen: Callable[[Entry], bool]) -> list[Entry]:
        """Take entries out of the block."""
        taken = [entry for entry in self.entries if chosen(entry)]
        if taken:
            self.entries = [entry for entry in self.entries if not chosen(entry)]
        return taken


def joint_fate(fates: list[Fate | None]) -> Fate | None:
    """The fate of what consists of several."""
    known = {fate for fate in fates if fate is not None}
    if not known:
        return None
    return known.pop() if len(known) == 1 else Fate.AWAITED


def takes_steps_in(nodes: tuple[Node, ...]) -> bool:
    """Whether there is more in the nodes than ways to leave them."""
    return any(_is_step(node) for node in nodes)


def does_something(nodes: tuple[Node, ...]) -> bool:
    """Whether there is more in the nodes than `break` and `continue`."""
    return any(
        not isinstance(node, Break) and (not inner_nodes(node) or does_something(inner_nodes(node))) for node in nodes
    )


def _is_step(node: Node) -> bool:
    inner = inner_nodes(node)
    if inner:
        return takes_steps_in(inner)
    return type(node).__name__ not in ("Return", "Raise", "Break")


def inner_nodes(node: Node) -> tuple[Node, ...]:
    """All that is right below a node."""
    match node:
        case Branch(branches=ways, else_steps=otherwise):
            return tuple(each for way in ways for each in way.steps) + otherwise
        case Switch(cases=ways):
            return tuple(each for way in ways for each in way.steps)
        case Loop(steps=steps, else_steps=otherwise):
            return steps + otherwise
        case Fanout(steps=steps) | Helper(steps=steps):
            return steps
        case Parallel(children=children):
            return tuple(each for child in children for each in child)
        case Try():
            handled = tuple(each for handler in node.handlers for each in handler.steps)
            return node.steps + handled + node.else_steps + node.finally_steps
    return ()
