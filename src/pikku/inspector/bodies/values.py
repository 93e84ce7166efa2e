"""What an expression of a body can be, as far as steps are concerned."""

import ast
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from pikku.inspector.names.symbols import Definition

if TYPE_CHECKING:
    from pikku.inspector.bodies.environment import Environment

VerbName = Literal["do", "sleep", "cancel"]


class Context(Struct, frozen=True):
    """`ctx`."""


class Steps(Struct, frozen=True):
    """`ctx.workflow`."""


class Rpc(Struct, frozen=True):
    """`ctx.rpc`."""


class Argument(Struct, frozen=True, eq=False):
    """What is given to a call: where it is written, and what is known of it."""

    expression: ast.expr
    environment: "Environment"
    value: "Value | None" = None

    def unless_text(self) -> "Argument":
        """The argument, if it takes steps; otherwise something that is not known."""
        unknown = ast.Subscript(self.expression, ast.Slice(), ast.Load())
        is_known = self.value is not None and not isinstance(self.value, Elsewhere)
        return self if is_known else Argument(unknown, self.environment)


class Arguments(Struct, frozen=True, eq=False):
    """All that is given to a call. `**options` is under the keyword `**`."""

    positional: tuple[Argument, ...] = ()
    keywords: tuple[tuple[str, Argument], ...] = ()

    def then(self, more: "Arguments") -> "Arguments":
        """With what is given later; keywords that come again count."""
        again = {name for name, _ in more.keywords if name != "**"}
        kept = tuple(each for each in self.keywords if each[0] not in again)
        return Arguments(self.positional + more.positional, kept + more.keywords)

    def without_texts(self) -> "Arguments":
        """Only what takes steps, for each argument in its position: the rest is as good as unknown."""
        positional = tuple(each.unless_text() for each in self.positional)
        return Arguments(positional, tuple((name, each.unless_text()) for name, each in self.keywords))

    def all(self) -> tuple[Argument, ...]:
        """Every argument, in order."""
        return self.positional + tuple(argument for _, argument in self.keywords)


class Verb(Struct, frozen=True, eq=False):
    """`ctx.workflow.do`, perhaps with arguments that `partial` has given already."""

    name: VerbName
    given: Arguments = Arguments()


class Shortcut(Struct, frozen=True):
    """`ctx.workflow.do.rpc.email.send` of generated contexts: a step that calls the function of that name."""

    name: str = ""


class Invoke(Struct, frozen=True, eq=False):
    """`ctx.rpc.invoke`."""

    given: Arguments = Arguments()


class Callee(Struct, frozen=True, eq=False):
    """A function or class of the project. `closure` is what its body sees, if it is inside of one that is being read.

    `stands_for` is the function whose place it has once that is decorated; then its own lines are meant.
    """

    definition: Definition
    closure: "Environment | None" = None
    receiver: "Value | None" = None
    given: Arguments = Arguments()
    stands_for: Definition | None = None


class Instance(Struct, frozen=True, eq=False):
    """An object of a class of the project that keeps some of the above. `fields` grows while `__init__` is read."""

    definition: Definition
    fields: dict[str, "Value"]
    closure: "Environment | None" = None


class Several(Struct, frozen=True, eq=False):
    """A tuple or list that has some of the above in it."""

    items: tuple["Value | None", ...]


class Keywords(Struct, frozen=True, eq=False):
    """The `**options` that a helper is given."""

    given: tuple[tuple[str, Argument], ...]


class Choice(Struct, frozen=True, eq=False):
    """One of these; which one cannot be known."""

    ways: tuple["Value", ...]


class Elsewhere(Struct, frozen=True, eq=False):
    """What a parameter stands for: what the caller has written, to be read there."""

    argument: Argument


Value = Context | Steps | Rpc | Verb | Shortcut | Invoke | Callee | Instance | Several | Keywords | Choice | Elsewhere


def takes_steps(value: Value | None) -> bool:
    """Whether something can take steps by what it holds."""
    match value:
        case Context() | Steps() | Verb() | Shortcut() | Rpc() | Invoke():
            return True
        case Callee(closure=closure, receiver=receiver, given=given):
            held = any(takes_steps(each.value) for each in given.all())
            return held or takes_steps(receiver) or closure is not None
        case Instance(fields=fields):
            return any(takes_steps(each) for each in fields.values() if each is not value)
        case Several(items=items):
            return any(takes_steps(each) for each in items)
        case Keywords(given=given_by_name):
            return any(takes_steps(each.value) for _, each in given_by_name)
        case Elsewhere(argument=argument):
            return takes_steps(argument.value)
        case Choice(ways=ways):
            return any(takes_steps(each) for each in ways)
    return False


def choice_of(values: list[Value | None]) -> Value | None:
    """One of these that are known."""
    known = tuple(each for each in values if each is not None and not isinstance(each, Elsewhere))
    if len(known) <= 1:
        return known[0] if known else None
    return known[0] if all(each == known[0] for each in known) else Choice(known)
