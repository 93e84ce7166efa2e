"""The names of steps: texts, and texts with expressions in them."""

import ast
import re
from itertools import count
from string import Formatter
from typing import NamedTuple

from pikku.inspector.bodies.environment import Environment
from pikku.inspector.bodies.texts import text_of
from pikku.model.graph import DYNAMIC, NameForm

Part = str | ast.expr
"""A piece of a text: known, or an expression."""

_PERCENT = re.compile(r"%(?:\((\w+)\))?[-#0 +]*(?:\d+|\*)?(?:\.(?:\d+|\*))?([a-zA-Z%])")
_DEEPEST = 20


class StepName(NamedTuple):
    """A name, and how it is written."""

    text: str
    form: NameForm


UNKNOWN = StepName(DYNAMIC, NameForm.DYNAMIC)


def name_of(expression: ast.expr | None, environment: Environment) -> StepName:
    """What is known of a text: `charge {order.id}` of `f"charge {order.id}"`. Braces of its own are doubled in such a one."""
    if expression is None:
        return UNKNOWN
    parts = _parts(expression, environment, 0)
    if parts is None:
        return UNKNOWN
    if all(isinstance(part, str) for part in parts):
        return StepName("".join(part for part in parts if isinstance(part, str)), NameForm.LITERAL)
    return StepName("".join(map(_shown, parts)), NameForm.TEMPLATE)


def _shown(part: Part) -> str:
    if isinstance(part, str):
        return part.replace("{", "{{").replace("}", "}}")
    if isinstance(part, ast.FormattedValue):
        shown = text_of(ast.JoinedStr([part]))
        return shown[2:-1] if shown.startswith(("f'{", 'f"{')) else "{" + text_of(part.value) + "}"
    return "{" + text_of(part) + "}"


def _parts(expression: ast.expr, environment: Environment, depth: int) -> list[Part] | None:
    """The pieces of a text; `None` if it cannot be known that it is one."""
    if depth > _DEEPEST:
        return None
    text = _known_text(expression, environment)
    if text is not None:
        return [text]
    found, there = environment.source(expression)
    match found:
        case ast.JoinedStr(values=values):
            return [_of_template(value, there) for value in values]
        case ast.BinOp(op=ast.Add()):
            return _sum(found, there, depth)
        case ast.BinOp(left=left, op=ast.Mod(), right=right):
            template = _known_text(left, there)
            return None if template is None else _percent(template, right, there)
        case ast.Call(func=ast.Name(id="str"), args=[value], keywords=[]):
            return [value]
        case ast.Call(func=ast.Attribute(value=base, attr=method)):
            template = _known_text(base, there)
            return None if template is None else _of_method(template, method, found, there, depth)
    return None


def _known_text(expression: ast.expr, environment: Environment) -> str | None:
    constant = environment.constant(expression)
    return constant.value if constant is not None and isinstance(constant.value, str) else None


def _of_template(value: ast.expr, environment: Environment) -> Part:
    if isinstance(value, ast.Constant):
        return str(value.value)
    if isinstance(value, ast.FormattedValue) and value.format_spec is None and value.conversion == -1:
        return _piece(value.value, environment)
    return value


def _piece(expression: ast.expr, environment: Environment) -> Part:
    constant = environment.constant(expression)
    return expression if constant is None or constant.value is None else str(constant.value)


def _sum(expression: ast.expr, environment: Environment, depth: int) -> list[Part] | None:
    terms: list[ast.expr] = []
    while isinstance(expression, ast.BinOp) and isinstance(expression.op, ast.Add):
        terms.append(expression.right)
        expression = expression.left
    read = [(term, _parts(term, environment, depth + 1)) for term in [expression, *reversed(terms)]]
    if all(parts is None for _, parts in read):
        return None
    return [part for term, parts in read for part in (parts if parts is not None else [term])]


def _of_method(template: str, method: str, call: ast.Call, environment: Environment, depth: int) -> list[Part] | None:
    match method, call.args, call.keywords:
        case "format", _, _:
            return _format(template, call, environment)
        case "join", [ast.List(elts=elements) | ast.Tuple(elts=elements)], []:
            pieces: list[Part] = []
            for element in elements:
                inner = _parts(element, environment, depth + 1)
                pieces += [template] if pieces else []
                pieces += inner if inner is not None else [element]
            return None if any(isinstance(each, ast.Starred) for each in elements) else pieces or [""]
    return None


def _format(template: str, call: ast.Call, environment: Environment) -> list[Part] | None:
    given: dict[str, ast.expr] = {str(position): each for position, each in enumerate(call.args)}
    given |= {each.arg: each.value for each in call.keywords if each.arg is not None}
    pieces: list[Part] = []
    automatic = count()
    try:
        for literal, field, _, _ in Formatter().parse(template):
            pieces += [literal] if literal else []
            if field is not None:
                name, rest = re.findall(r"^(\w*)(.*)$", field, re.DOTALL)[0]
                value = given[name or str(next(automatic))]
                pieces.append(_access(value, rest) if rest else _piece(value, environment))
    except (KeyError, ValueError, SyntaxError):
        return None
    return None if any(isinstance(each, ast.Starred) for each in call.args) else pieces or [""]


def _access(value: ast.expr, rest: str) -> ast.expr:
    """`value` with `.attribute` or `[key]`, as templates write it."""
    quoted = re.sub(r"\[(\D[^\]]*)\]", lambda key: f"[{key[1]!r}]", rest)
    read = ast.parse(f"_{quoted}", mode="eval").body
    inner = read
    while isinstance(inner, ast.Attribute | ast.Subscript):
        if isinstance(inner.value, ast.Name) and inner.value.id == "_":
            inner.value = value
            break
        inner = inner.value
    return read


def _percent(template: str, right: ast.expr, environment: Environment) -> list[Part] | None:
    values = list(right.elts) if isinstance(right, ast.Tuple) else [right]
    keyed = right if isinstance(right, ast.Dict) else None
    pieces: list[Part] = []
    end = 0
    for match in _PERCENT.finditer(template):
        pieces += [template[end : match.start()]] if match.start() > end else []
        end = match.end()
        if match[2] == "%":
            pieces.append("%")
            continue
        value = _keyed(keyed, match[1]) if match[1] else (values.pop(0) if values and keyed is None else None)
        if value is None or isinstance(value, ast.Starred) or "*" in match[0]:
            return None
        pieces.append(_piece(value, environment))
    return [*pieces, template[end:]] if end < len(template) else pieces


def _keyed(values: ast.Dict | None, name: str) -> ast.expr | None:
    for key, value in zip(values.keys, values.values, strict=True) if values else ():
        if isinstance(key, ast.Constant) and key.value == name:
            return value
    return None
