"""What is read from the body of a workflow."""

import ast
from typing import Literal

from msgspec import Struct

from pikku.inspector.names.symbols import Definition, Scope, Symbol
from pikku.model.graph import Cancel, Node, Step

StepKind = Literal["rpc", "inline", "sleep", "cancel"]


class StepCall(Struct, frozen=True, eq=False, kw_only=True):
    """A call that takes a step, where it is written; the names in it are those of `scope`.

    `target` is what is called: the function or the constant name of an RPC, what an inline step executes. `work` is the
    expression of that, and `data` of what it is given; `is_given_nothing` if the source shows that there is no data.
    `is_awaited` is false when the source shows that nobody waits for it. `loops` are the loops and comprehensions around it,
    from the outermost, also those around calls of the helper that it is in. `in_step` tells that it is itself inside of an
    inline step, where no step can be taken.
    """

    node: ast.Call
    kind: StepKind
    scope: Scope
    step: Step | Cancel
    target: Symbol | None = None
    work: ast.expr | None = None
    data: ast.expr | None = None
    is_given_nothing: bool = False
    is_awaited: bool = True
    loops: tuple[ast.AST, ...] = ()
    in_step: bool = False


class Region(Struct, frozen=True, eq=False, kw_only=True):
    """A function whose code is part of the body.

    `body` and `helper` are executed again at each replay; a `step` is the code of an inline step, executed once. `call` is the
    call that was followed, `None` for the body itself and for what is only passed on.
    """

    kind: Literal["body", "helper", "step"]
    definition: Definition
    scope: Scope
    call: ast.Call | None = None
    is_awaited: bool = True


class Body(Struct, frozen=True, eq=False, kw_only=True):
    """The steps of a workflow, and the calls and functions of the source that they were read from, in order of reading.

    A helper that is called twice is read twice: its calls are there twice, with the same `node`.
    """

    steps: tuple[Node, ...]
    calls: tuple[StepCall, ...] = ()
    regions: tuple[Region, ...] = ()
