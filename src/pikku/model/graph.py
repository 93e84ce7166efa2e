"""What the body of a workflow does, as far as its source tells: steps, and what is around them.

In JSON the nodes have the original's names: `{"type": "rpc", "stepName": "create_user", "rpcName": "users.create"}`.
Texts of the source (conditions, data, what is looped over) are as `ast.unparse` writes them.
"""

from enum import StrEnum
from typing import Literal

from msgspec import Struct

from pikku.model.place import Place

DYNAMIC = "<dynamic>"
"""What the source does not tell."""

RECURSIVE = "<recursive>"
"""A helper that is being followed already."""

INSIDE = "<inside a step>"
"""Steps that an inline step would take, which it cannot."""


class NameForm(StrEnum):
    """How the name of a step is written: as a text, as a text with `{expressions}` in it, or in a way that cannot be known."""

    LITERAL = "literal"
    TEMPLATE = "template"
    DYNAMIC = "dynamic"


class _Node(Struct, frozen=True, kw_only=True, rename="camel", omit_defaults=True, tag_field="type"):
    place: Place


class _Step(_Node, frozen=True, kw_only=True):
    step_name: str
    name_form: NameForm = NameForm.LITERAL
    description: str | None = None
    output_var: str | None = None
    options: dict[str, str | int | float] = {}
    """The options that are given, by name; what is not a constant is its source text."""


class RpcStep(_Step, frozen=True, kw_only=True, tag="rpc"):
    """A call of a function. `rpc_name` is `DYNAMIC` when it cannot be known; `data` is a source text."""

    rpc_name: str
    data: str | None = None


class InlineStep(_Step, frozen=True, kw_only=True, tag="inline"):
    """Code of the body's own. `calls` are the functions that it calls by `ctx.rpc.invoke`."""

    calls: tuple[str, ...] = ()


class SleepStep(_Step, frozen=True, kw_only=True, tag="sleep"):
    """`duration` is what is written, or `DYNAMIC` with the source text in `expression`."""

    duration: str
    expression: str | None = None


class Cancel(_Node, frozen=True, kw_only=True, tag="cancel"):
    """`workflow.cancel(reason)`."""

    reason: str | None = None


class Case(Struct, frozen=True, rename="camel", omit_defaults=True):
    """One way on, and when it is taken; for `match`, `condition` is the pattern with its guard."""

    condition: str
    steps: tuple["Node", ...] = ()


class Branch(_Node, frozen=True, kw_only=True, tag="branch"):
    """`if`, `elif`, `else`, and the conditional expression."""

    branches: tuple[Case, ...]
    else_steps: tuple["Node", ...] = ()


class Switch(_Node, frozen=True, kw_only=True, tag="switch"):
    """`match`."""

    expression: str
    cases: tuple[Case, ...]


class Loop(_Node, frozen=True, kw_only=True, tag="loop"):
    """`for` (with `item` and `source`), `while` (with `condition`): one pass after the other."""

    form: Literal["for", "while"]
    item: str | None = None
    source: str | None = None
    condition: str | None = None
    steps: tuple["Node", ...] = ()
    else_steps: tuple["Node", ...] = ()


class Fanout(_Node, frozen=True, kw_only=True, tag="fanout"):
    """The same for each item: all at once (`gather` of a comprehension, tasks made in a loop), or one after the other."""

    mode: Literal["parallel", "sequential"]
    item: str
    source: str
    condition: str | None = None
    steps: tuple["Node", ...] = ()


class Parallel(_Node, frozen=True, kw_only=True, tag="parallel"):
    """`gather(a, b)`, and the tasks of a `TaskGroup`: branches at once."""

    children: tuple[tuple["Node", ...], ...]


class Handler(Struct, frozen=True, rename="camel", omit_defaults=True):
    """`except X:`; `catches` is the source text, `BaseException` for a bare `except:`."""

    catches: str
    steps: tuple["Node", ...] = ()


class Try(_Node, frozen=True, kw_only=True, tag="try"):
    """`try` with what compensates."""

    steps: tuple["Node", ...] = ()
    handlers: tuple[Handler, ...] = ()
    else_steps: tuple["Node", ...] = ()
    finally_steps: tuple["Node", ...] = ()


class Helper(_Node, frozen=True, kw_only=True, tag="helper"):
    """A function that is given the `workflow` or its context: `name` is `module.qualname`, its steps are here.

    `name` is `DYNAMIC` when it cannot be known which one. `note` is `RECURSIVE` where following would not end, `DYNAMIC` where it
    cannot be known whether and when the function is called or which steps it takes, `INSIDE` where the steps are in a step.
    """

    name: str
    steps: tuple["Node", ...] = ()
    note: str | None = None


class Return(_Node, frozen=True, kw_only=True, tag="return"):
    """The end of the body; `value` is a source text. Only such a one is listed that is not the body's last statement."""

    value: str | None = None


class Raise(_Node, frozen=True, kw_only=True, tag="raise"):
    """`raise` in the body; `error` is a source text."""

    error: str | None = None


class Break(_Node, frozen=True, kw_only=True, tag="break"):
    """`break` or `continue` in a loop that has steps."""

    form: Literal["break", "continue"]


Step = RpcStep | InlineStep | SleepStep
Node = (
    RpcStep
    | InlineStep
    | SleepStep
    | Cancel
    | Branch
    | Switch
    | Loop
    | Fanout
    | Parallel
    | Try
    | Helper
    | Return
    | Raise
    | Break
)
