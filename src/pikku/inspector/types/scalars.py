"""Texts, numbers, truth values and null: what is one of them, and which of them fits which."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from pikku.inspector.types.schema import Schema

_NAMES = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
    "array": "a list",
    "object": "an object",
}
_LIMITS = {
    "minimum": "of at least",
    "maximum": "of at most",
    "exclusiveMinimum": "above",
    "exclusiveMaximum": "below",
    "minLength": "of a length of at least",
    "maxLength": "of a length of at most",
}
_WIDER = {("integer", "number")}
_READERS: dict[str | None, Callable[[str], object]] = {"uuid": UUID, "decimal": Decimal}
_FORMATS = {
    "date-time": "a time",
    "date": "a date",
    "time": "a time of day",
    "duration": "a duration",
    "uuid": "a UUID",
    "decimal": "a decimal number",
}


def kind_of(schema: Schema) -> str | None:
    """The JSON type of all its values; `None` when that is not known, or not one."""
    if "const" in schema:
        return _kind(schema["const"])
    if "enum" in schema:
        kinds = {_kind(value) for value in schema["enum"]}
        return kinds.pop() if len(kinds) == 1 else "scalar"
    kind = schema.get("type")
    return kind if isinstance(kind, str) else None


def shown(schema: Schema) -> str:
    """What is offered, for a message."""
    if "const" in schema:
        return "null" if schema["const"] is None else repr(schema["const"])
    if schema.get("title"):
        return _a(schema["title"]) if "enum" not in schema else f"one of {schema['title']}"
    return type_names(schema)


def type_names(schema: Schema) -> str:
    """What is wanted, for a message."""
    if "enum" in schema or "const" in schema:
        values = schema["enum"] if "enum" in schema else [schema["const"]]
        return "one of " + ", ".join(map(repr, values)) if len(values) > 1 else repr(values[0])
    if "title" in schema:
        return _a(schema["title"])
    name = _FORMATS.get(schema.get("format", "")) or _NAMES.get(kind_of(schema) or "", "that")
    limits = [f"{words} {schema[key]}" for key, words in _LIMITS.items() if key in schema]
    return " ".join([name, " and ".join(limits)]).rstrip()


def scalar_conflict(offered: Schema, wanted: Schema, subject: str, *, lax: bool) -> str | None:
    """Why no offered value fits; with `lax`, numbers may be written as texts and the like."""
    problem = f"{subject} is {shown(offered)}, not {type_names(wanted)}"
    if "enum" in wanted:
        return problem if _values(offered) and not lax and not _has_any(wanted["enum"], _values(offered)) else None
    kind, wanted_kind = kind_of(offered), kind_of(wanted)
    if "scalar" in (kind, wanted_kind):
        return None
    if kind != wanted_kind and (kind, wanted_kind) not in _WIDER:
        return None if _may_be_converted(offered, wanted, lax=lax) else problem
    return problem if any(_breaks(value, wanted) for value in _values(offered)[:1]) else None


def _a(name: str) -> str:
    return f"{'an' if name[:1] in 'AEIO' else 'a'} {name}"


def _kind(value: object) -> str:
    kinds = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
    return kinds.get(type(value), "scalar")


def _values(schema: Schema) -> list[Any]:
    values: list[Any] = [schema["const"]] if "const" in schema else schema.get("enum", [])
    return values


def _has_any(allowed: list[Any], values: list[Any]) -> bool:
    return any(type(each) is type(value) and each == value for each in allowed for value in values)


def _may_be_converted(offered: Schema, wanted: Schema, *, lax: bool) -> bool:
    kind, wanted_kind = kind_of(offered), kind_of(wanted)
    if wanted.get("format") == "decimal":
        return kind in ("integer", "number")
    if (kind, wanted_kind) == ("number", "integer") and "const" not in offered:
        return True  # what is annotated as float may be an int
    if not lax or "null" in (kind, wanted_kind):
        return False
    if wanted_kind == "string":
        return "format" in wanted  # times and the like are read from numbers
    return kind != "string" or "const" not in offered or wanted_kind == "boolean" or _is_number(offered["const"])


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _breaks(value: Any, wanted: Schema) -> bool:
    """Whether a known value is beyond a limit, or not written in the format."""
    if isinstance(value, str):
        return _breaks_format(value, wanted.get("format")) or not (
            wanted.get("minLength", 0) <= len(value) <= wanted.get("maxLength", len(value))
        )
    if isinstance(value, int | float):
        return (
            value < wanted.get("minimum", value)
            or value > wanted.get("maximum", value)
            or ("exclusiveMinimum" in wanted and value <= wanted["exclusiveMinimum"])
            or ("exclusiveMaximum" in wanted and value >= wanted["exclusiveMaximum"])
        )
    return False


def _breaks_format(text: str, form: str | None) -> bool:
    if form in _READERS:
        try:
            _READERS[form](text)
        except (ValueError, ArithmeticError):
            return True
        return False
    # Who writes no digit means no time; finer rules are the store's codecs'.
    return form in ("date-time", "date", "time") and not any(letter.isdigit() for letter in text)
