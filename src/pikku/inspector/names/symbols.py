"""What a name in the source stands for."""

import ast
from typing import Protocol

from msgspec import Struct


class Definition(Struct, frozen=True, eq=False):
    """A function, class or lambda of the project. `node` is its syntax tree; `module` and `qualname` say where it is."""

    module: str
    qualname: str
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda


class External(Struct, frozen=True):
    """Something of a library or of Python, by its full name: `time.time`, `asyncio.gather`, `pikku.func`, `print`.

    A name that is reached through an alias or a re-export has the name of where it comes from, as far as the project's own
    source tells: with `from time import time as t`, `t` is `time.time`.
    """

    name: str


class Constant(Struct, frozen=True):
    """A value that is known: a literal, or a name that is bound once to one, and never again."""

    value: str | bytes | int | float | bool | None


class Module(Struct, frozen=True):
    """A module of the project, by its name."""

    name: str


class Unknown(Struct, frozen=True):
    """Nothing that can be known; `text` is the source of it."""

    text: str


Symbol = Definition | External | Constant | Module | Unknown


class Scope(Protocol):
    """Where names are looked up: a function within its module, with its parameters and local names.

    Local names hide those of the module. A local that is bound once, to an expression that resolves, stands for that
    (`send = functools.partial(ctx.workflow.do, "x")` is left to the reader of bodies: the symbol is the call's, Unknown here).
    """

    @property
    def module(self) -> str:
        """The module's dotted name."""

    @property
    def file(self) -> str:
        """The module's file, as in `Place`."""

    def resolve(self, expression: ast.expr) -> Symbol:
        """What a name, an attribute of a name, or a literal stands for. Methods: `shop.model.Order.total` of a class."""

    def value_of(self, name: str) -> ast.expr | None:
        """The expression that a local or module variable is bound to, if it is bound exactly once; otherwise `None`."""

    def annotation_of(self, name: str) -> ast.expr | None:
        """The annotation of a parameter, or of a local or module variable that has just one; otherwise `None`."""

    def binding(self, expression: ast.expr) -> "tuple[ast.expr, Scope] | None":
        """The expression that a name, or an attribute of a module, is bound to, and the scope to read it in.

        Unlike `value_of`, it follows imports: type aliases and `NewType`s are often in another module. `None` unless it is
        bound exactly once.
        """

    def variable_of(self, expression: ast.expr) -> str | None:
        """The full name of the variable of a module of the project that this is: `shop.state.CACHE`, also when imported.

        `None` for locals, functions, classes, modules and what libraries have.
        """

    def inside(self, definition: Definition) -> "Scope":
        """The scope of another function's body, in whatever module it is."""
