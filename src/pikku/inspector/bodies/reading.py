"""The state while one body is read."""

import ast
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from pikku.inspector.bodies.block import DROPPED, Block, Fate, Use
from pikku.inspector.bodies.body import Region, StepCall
from pikku.inspector.bodies.environment import Environment
from pikku.inspector.bodies.values import Callee, Value
from pikku.inspector.names.symbols import Definition
from pikku.model.graph import Node
from pikku.model.place import Place

Followed = tuple[str, str, int]


class Reading:
    """What belongs to the whole body: what was found, and which functions are being followed.

    `evaluate` and `execute` read an expression and the statements of a function: they are given, so that the files that read
    the parts need not know each other.
    """

    def __init__(
        self,
        evaluate: "Callable[[Frame, ast.expr, Use], Value | None]",
        execute: "Callable[[Frame, Sequence[ast.stmt]], None]",
    ) -> None:
        self.evaluate = evaluate
        self.execute = execute
        self.calls: list[StepCall] = []
        self.regions: list[Region] = []
        self.invoked: list[str] = []
        self.steps_around = 0
        self.stack: list[Followed] = []
        self.expansions = 0
        self.recursive: set[Followed] = set()
        self.inner: dict[Followed, Callee] = {}
        self.followed: set[Followed] = set()


class Mark(NamedTuple):
    """Where to go back to."""

    block: Block
    entries: int
    calls: int
    regions: int
    stack: int
    steps_around: int


class Frame:
    """One function that is being read. `last` is its last statement; `result_use` is what the caller does with its result."""

    def __init__(
        self,
        reading: Reading,
        environment: Environment,
        definition: Definition,
        result_use: Use,
        around: "Frame | None",
    ) -> None:
        self.reading = reading
        self.environment = environment
        self.definition = definition
        self.result_use = result_use
        self.block = Block()
        self.loops: tuple[ast.AST, ...] = around.loops if around else ()
        self.returned: list[Value | None] = []
        self.yielded: list[Value | None] = []
        self.last: ast.stmt | None = None
        self.loaded: frozenset[str] | None = None

    def evaluate(self, expression: ast.expr | None, use: Use = DROPPED) -> Value | None:
        """Read an expression: its steps go into the block, in order of evaluation."""
        return None if expression is None else self.reading.evaluate(self, expression, use)

    def execute(self, statements: Sequence[ast.stmt]) -> None:
        """Read statements into the block."""
        self.reading.execute(self, statements)

    def way(self, statements: Sequence[ast.stmt]) -> Block:
        """The block of statements that may not be executed."""
        with self.into_block() as block, self.perhaps():
            self.execute(statements)
        return block

    @contextmanager
    def into_block(self) -> Iterator[Block]:
        """What is read meanwhile goes into a block of its own."""
        outer, self.block = self.block, Block()
        try:
            yield self.block
        finally:
            self.block = outer

    @contextmanager
    def perhaps(self) -> Iterator[None]:
        """What is read meanwhile may not be executed."""
        environment = self.environment
        environment.conditions += 1
        try:
            yield
        finally:
            environment.conditions -= 1

    @contextmanager
    def repeated(self, loop: ast.AST) -> Iterator[None]:
        """What is read meanwhile is in a loop."""
        outer, self.loops = self.loops, (*self.loops, loop)
        try:
            yield
        finally:
            self.loops = outer

    @contextmanager
    def inner_names(self) -> Iterator[None]:
        """What is bound meanwhile is only known there, as in a comprehension."""
        outer, self.environment = self.environment, Environment(self.environment.scope, self.environment)
        try:
            yield
        finally:
            self.environment = outer

    def add(self, node: Node, use: Use | None = None) -> None:
        """Put a node into the block; with the use of its coroutine if it takes steps."""
        if use is None:
            self.block.add(node)
        else:
            self.block.add(node, use.fate, use.owner)

    def place(self, node: ast.AST) -> Place:
        """Where it is written."""
        line, column = getattr(node, "lineno", 1), getattr(node, "col_offset", 0)
        return Place(self.environment.scope.file, line, column + 1)

    def is_loaded(self, name: str) -> bool:
        """Whether a variable is read anywhere in the function."""
        if self.loaded is None:
            read = (each for each in ast.walk(self.definition.node) if isinstance(each, ast.Name))
            self.loaded = frozenset(each.id for each in read if not isinstance(each.ctx, ast.Store))
        return name in self.loaded

    def mark(self) -> Mark:
        """The state to go back to when a statement cannot be read."""
        found = self.reading
        return Mark(
            self.block,
            len(self.block.entries),
            len(found.calls),
            len(found.regions),
            len(found.stack),
            found.steps_around,
        )

    def back_to(self, mark: Mark) -> None:
        """Forget what was read since."""
        self.block = mark.block
        del self.block.entries[mark.entries :]
        del self.reading.calls[mark.calls :]
        del self.reading.regions[mark.regions :]
        del self.reading.stack[mark.stack :]
        self.reading.steps_around = mark.steps_around


def fate_of_target(frame: Frame, target: ast.expr) -> Use:
    """What becomes of a coroutine that is assigned: nobody has it if the variable is never read."""
    if isinstance(target, ast.Name):
        fate = Fate.KEPT if frame.is_loaded(target.id) else Fate.DROPPED
        return Use(fate, target, target.id)
    owner = target.value.id if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) else None
    return Use(Fate.KEPT, target, owner)
