"""Exceptions to stored failures and back."""

import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from types import FrameType
from typing import Any

import msgspec

from pikku.model.errors import InvalidDataError, PayloadError, StepFailedError, StepTimeoutError, UnknownFunctionError
from pikku.model.failure import Failure
from pikku.model.names import storable
from pikku.registry.secrets import concealed

ALWAYS_DECLARED: tuple[type[Exception], ...] = (PayloadError, StepTimeoutError, InvalidDataError, UnknownFunctionError)
"""Our own errors about a step come back as themselves without being named in `raises`."""

STACK_LIMIT = 16_384
MESSAGE_LIMIT = 65_536
PART_LIMIT = 1 << 20
"""In bytes of JSON. Arguments and fields that are larger are left out: what is stored of an error has its limits, too."""

CAUSES_KEPT = 5

_STORED = "__pikku_failure__"


def capture(error: BaseException, causes: int = CAUSES_KEPT) -> Failure:
    """What is stored of an exception, without the secrets that were read where it was raised. Never raises.

    `args` and `fields`, which are never shown, stay as they are: a declared exception comes back whole.
    """
    stored = vars(error).get(_STORED)
    if isinstance(stored, Failure):
        return stored
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return Failure(
        type=_type_name(type(error)),
        message=_text(error),
        code=_code(error),
        stack=_stack(error),
        cause=_cause(error, cause, causes),
        args=tuple(_plain(list(error.args)) or ()),
        fields=_fields(error),
    )


def rebuild(failure: Failure, declared: Sequence[type[Exception]]) -> Exception | None:
    """The exception itself, if its class or a parent of it is declared; `None` if not, or if it cannot be rebuilt.

    Its constructor is not called: constructors take anything, and one that raises must not replace the error.
    """
    kind = next((each for each in _with_subclasses(declared) if _type_name(each) == failure.type), None)
    return None if kind is None else _built(kind, failure)


def lineage(error: BaseException) -> Sequence[str]:
    """The names of the error's class and of its parents, the nearest first: for `revive` in another process."""
    return [_type_name(each) for each in type(error).__mro__ if issubclass(each, Exception)]


def revive(failure: Failure, kinds: Sequence[str]) -> Exception:
    """The exception that another process raised, of the nearest class of its `lineage` that this process has imported.

    Whatever that class is, `capture` gives back the very failure: type, stack and causes are those of the other process.
    """
    known = filter(None, map(_imported, kinds))
    built = filter(None, (_built(kind, failure) for kind in known))
    error = next(built, None) or Exception(failure.message)
    error.__dict__[_STORED] = failure
    return error


def _imported(type_name: str) -> type[Exception] | None:
    """The class of that name, if its module has been imported: `shop.errors.Payment.Declined` may be in a class."""
    parts = type_name.split(".") if "." in type_name else ["builtins", type_name]
    for split in range(len(parts) - 1, 0, -1):
        found: Any = sys.modules.get(".".join(parts[:split]))
        for name in parts[split:]:
            found = getattr(found, name, None)
        if isinstance(found, type) and issubclass(found, Exception):
            return found
    return None


def _built(kind: type[Exception], failure: Failure) -> Exception | None:
    try:
        error = kind.__new__(kind, *failure.args)
        error.args = failure.args
        error.__dict__.update(failure.fields)
    except Exception:  # noqa: BLE001  a class of the user's may refuse in any way
        return None
    error.add_note(f"raised in a step; its stack was:\n{failure.stack}") if failure.stack else None
    return error


def _type_name(kind: type) -> str:
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _text(error: BaseException) -> str:
    try:
        return _shortened(concealed(storable(str(error))))
    except Exception:  # noqa: BLE001  __str__ is the user's
        return f"(no message: {type(error).__name__}.__str__ raised)"


def _code(error: BaseException) -> str | None:
    try:
        code = getattr(error, "code", None)
        return _shortened(concealed(storable(str(code)))) if isinstance(code, (str, int)) else None
    except Exception:  # noqa: BLE001  it may be a property of the user's, or a number too large to be written
        return None


def _shortened(text: str) -> str:
    return text if len(text) <= MESSAGE_LIMIT else text[:MESSAGE_LIMIT] + "…"


def _cause(error: BaseException, cause: BaseException | None, causes: int) -> Failure | None:
    if isinstance(error, StepFailedError):
        return error.error
    return capture(cause, causes - 1) if cause is not None and causes > 0 else None


def _stack(error: BaseException) -> str | None:
    """The user's part of the stack: our frames around it explain nothing to him."""
    trace = error.__traceback__
    frames = zip(traceback.extract_tb(trace), traceback.walk_tb(trace), strict=True)
    theirs = [summary for summary, (frame, _) in frames if not _is_ours(frame)]
    if not theirs:
        return None
    text = concealed(storable("".join(traceback.format_list(theirs))))
    return text if len(text) <= STACK_LIMIT else "…" + text[-STACK_LIMIT:]


def _is_ours(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__", "")).startswith("pikku.runtime.")


def _fields(error: BaseException) -> dict[str, Any]:
    fields = {name: _plain(value) for name, value in vars(error).items() if not name.startswith("_")}
    return {name: value for name, value in fields.items() if value is not None}


def _plain(value: Any) -> Any:
    """The value as JSON values, or `None` if it is too large, or has parts that JSON cannot hold."""
    try:
        text = msgspec.json.encode(value)
        return msgspec.json.decode(text) if len(text) <= PART_LIMIT else None
    except (TypeError, ValueError, OverflowError, RecursionError):
        return None


def _with_subclasses(kinds: Iterable[type[Exception]]) -> Iterator[type[Exception]]:
    for kind in (*kinds, *ALWAYS_DECLARED):
        yield kind
        yield from _subclasses(kind)


def _subclasses(kind: type[Exception]) -> Iterator[type[Exception]]:
    for child in kind.__subclasses__():
        yield child
        yield from _subclasses(child)
