"""Values that are written in the source, or put together of such."""

import ast
from typing import Protocol

from pikku.inspector.names.symbols import Constant, Symbol

Value = str | bytes | int | float | bool | None


class _Names(Protocol):
    def resolve(self, expression: ast.expr) -> Symbol: ...


def value_written(expression: ast.expr, names: _Names) -> Constant | None:
    """The value of a literal, of texts that are added or formatted, or of a number with a sign, if all parts are known."""
    match expression:
        case ast.Constant(value=None | str() | bytes() | int() | float() as value):
            return Constant(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            number = _value(operand, names)
            return Constant(-number) if isinstance(number, int | float) else None
        case ast.JoinedStr(values=parts):
            return _text([_formatted(part, names) for part in parts])
        case ast.BinOp(op=ast.Add()):
            return _text([_value(part, names) for part in _summands(expression)])
    return None


def _summands(expression: ast.expr) -> list[ast.expr]:
    parts: list[ast.expr] = []
    while isinstance(expression, ast.BinOp) and isinstance(expression.op, ast.Add):
        parts.append(expression.right)
        expression = expression.left
    return [expression, *reversed(parts)]


def _formatted(part: ast.expr, names: _Names) -> Value:
    if isinstance(part, ast.FormattedValue):
        value = _value(part.value, names) if part.format_spec is None and part.conversion == -1 else None
        return str(value) if isinstance(value, str | int) else None
    return _value(part, names)


def _value(expression: ast.expr, names: _Names) -> Value:
    symbol = names.resolve(expression)
    return symbol.value if isinstance(symbol, Constant) else None


def _text(parts: list[Value]) -> Constant | None:
    texts = [part for part in parts if isinstance(part, str)]
    return Constant("".join(texts)) if len(texts) == len(parts) else None
