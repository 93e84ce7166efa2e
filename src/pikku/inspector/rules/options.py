"""PKU403: options and durations that make no sense, where they are written out."""

import ast
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from pikku.inspector.bodies.body import StepCall
from pikku.inspector.names.symbols import Constant
from pikku.inspector.rules.finding import finding
from pikku.model.diagnostic import Diagnostic
from pikku.model.duration import parse_duration
from pikku.model.errors import DurationError

_OPTIONS = ("retries", "retry_delay", "backoff", "max_retry_delay", "jitter", "timeout", "description")
_DURATIONS = ("retry_delay", "max_retry_delay", "timeout")
_NOT_KNOWN = object()


def check_options(call: StepCall) -> Iterator[Diagnostic]:
    """The options of `do`, and how long a sleep is."""
    if call.kind in ("rpc", "inline"):
        for keyword in call.node.keywords:
            if keyword.arg is not None:
                yield from _option(call, keyword, keyword.arg)
    elif call.kind == "sleep" and call.node.args:
        yield from _duration(call, call.node.args[-1], "the time to sleep")


def _option(call: StepCall, keyword: ast.keyword, name: str) -> Iterator[Diagnostic]:
    if name not in _OPTIONS:
        near = get_close_matches(name, _OPTIONS, n=1)
        fix = f"did you mean `{near[0]}`?" if near else f"there are {', '.join(_OPTIONS)}"
        yield finding("PKU403", keyword, call.scope, f"there is no option {name!r}", fix)
    elif name in _DURATIONS:
        yield from _duration(call, keyword.value, name)
    else:
        problem = _number_problem(name, _constant(keyword.value, call))
        if problem is not None:
            yield finding("PKU403", keyword.value, call.scope, f"{name} is {problem}", f"write `{name}={_GOOD[name]}`")


_GOOD = {"retries": "3", "backoff": "2", "jitter": "0.2"}


def _number_problem(name: str, value: Any) -> str | None:
    if value is _NOT_KNOWN or name not in _GOOD:
        return None
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if name == "retries" and not (isinstance(value, int) and is_number and value >= 0):
        return f"the number of further attempts, 0 or more, not {value!r}"
    if name == "backoff" and not (is_number and value >= 1):
        return f"a number from 1.0 on, not {value!r}"
    if name == "jitter" and not (is_number and 0 <= value <= 1):
        return f"a number from 0.0 to 1.0, not {value!r}"
    return None


def _duration(call: StepCall, written: ast.expr, what: str) -> Iterator[Diagnostic]:
    value = _constant(written, call)
    if value is _NOT_KNOWN or (value is None and what != "the time to sleep"):
        return
    try:
        parse_duration(value)
    except DurationError as error:
        yield finding("PKU403", written, call.scope, f"{what}: {error}", 'write it as `"5s"` or `"2h30m"`')


def _constant(written: ast.expr, call: StepCall) -> Any:
    if isinstance(written, ast.UnaryOp) and isinstance(written.op, ast.USub):
        inner = _constant(written.operand, call)
        return -inner if isinstance(inner, (int, float)) else _NOT_KNOWN
    symbol = call.scope.resolve(written)
    return symbol.value if isinstance(symbol, Constant) else _NOT_KNOWN
