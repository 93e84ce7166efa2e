"""What the names of a function stand for, while it is read from top to bottom."""

import ast

from pikku.inspector.bodies.values import Argument, Callee, Elsewhere, Value, takes_steps
from pikku.inspector.names.symbols import Constant, Definition, Scope, Symbol, Unknown

_DEEPEST = 8
"""How many names may stand for each other in a row."""


class Environment:
    """The names of one function or comprehension. What is not known here is asked of `outer`, and then of the scope."""

    def __init__(self, scope: Scope, outer: "Environment | None" = None) -> None:
        self.scope = scope
        self.outer = outer
        self._values: dict[str, Value | None] = {}
        self.conditions = 0

    def bind(self, name: str, value: Value | None) -> None:
        """From here on the name is this. On a way that may not be taken, what could take steps is not forgotten."""
        if value is None and self.conditions and takes_steps(self._values.get(name)):
            return
        self._values[name] = value

    def value(self, name: str) -> Value | None:
        """What the name is, if that is known and has to do with steps."""
        if name in self._values:
            return self._values[name]
        return None if self.outer is None else self.outer.value(name)

    def is_bound(self, name: str) -> bool:
        """Whether a function that is being read has bound the name."""
        return name in self._values or (self.outer is not None and self.outer.is_bound(name))

    def resolve(self, expression: ast.expr) -> Symbol:
        """As `Scope.resolve`, but a parameter stands for what the caller has given."""
        written, environment = self.written(expression)
        if isinstance(written, ast.Name):
            value = environment.value(written.id)
            if isinstance(value, Callee) and value.closure is not None:
                return value.definition
            if value is not None:
                return Unknown(written.id)
        return environment.scope.resolve(written)

    def written(self, expression: ast.expr) -> "tuple[ast.expr, Environment]":
        """Where the value of an expression is written: for a parameter, in the caller."""
        argument = Argument(expression, self)
        for _ in range(_DEEPEST):
            name = argument.expression
            value = argument.environment.value(name.id) if isinstance(name, ast.Name) else None
            if not isinstance(value, Elsewhere):
                break
            argument = value.argument
        return argument.expression, argument.environment

    def source(self, expression: ast.expr) -> "tuple[ast.expr, Environment]":
        """As `written`, and a name that is bound once stands for what it is bound to."""
        found, environment = self.written(expression)
        for _ in range(_DEEPEST):
            if not isinstance(found, ast.Name):
                break
            bound = environment.scope.value_of(found.id)
            if bound is None:
                break
            found, environment = environment.written(bound)
        return found, environment

    def is_imported(self, expression: ast.expr) -> bool:
        """Whether an attribute is one of a module, a class or a function, rather than of a value."""
        while isinstance(expression, ast.Attribute | ast.Subscript | ast.Call):
            expression = expression.func if isinstance(expression, ast.Call) else expression.value
        return not isinstance(self.resolve(expression), Unknown | Constant)

    def constant(self, expression: ast.expr) -> Constant | None:
        """The value of an expression, if it is known."""
        symbol = self.resolve(expression)
        return symbol if isinstance(symbol, Constant) else None

    def definition(self, expression: ast.expr) -> Definition | None:
        """The function or class of the project that an expression stands for."""
        symbol = self.resolve(expression)
        return symbol if isinstance(symbol, Definition) else None
