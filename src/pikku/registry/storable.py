"""Finds the part of a value that JSON cannot hold, for errors that say where it is."""

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from pikku.model.payload import DEEPEST, TOO_DEEP


def unstorable_part(value: Any, plain: Callable[[Any], Any]) -> tuple[str, str] | None:
    """Path and problem of the first part that cannot be stored, e.g. `("$.user.rate", "nan is not a JSON number")`.

    `plain` turns a foreign object into storable parts, or raises `TypeError`.
    """
    return _search(value, "$", plain, ())


def _search(value: Any, path: str, plain: Callable[[Any], Any], inside: tuple[int, ...]) -> tuple[str, str] | None:
    if id(value) in inside:
        return path, "a value that contains itself"
    parts = _parts(value, path)
    if parts is None:
        return _search_leaf(value, path, plain, inside)
    if len(inside) >= DEEPEST:
        return path, TOO_DEEP
    for part_path, part in parts:
        if bad := _search(part, part_path, plain, (*inside, id(value))):
            return bad
    return None


def _parts(value: Any, path: str) -> Iterator[tuple[str, Any]] | None:
    """The named parts of a container, or `None` for a leaf."""
    if isinstance(value, Mapping):
        return _entries(value, path)
    if isinstance(value, (list, tuple, set, frozenset)):
        return ((f"{path}[{index}]", item) for index, item in enumerate(value))
    if isinstance(value, msgspec.Struct):
        return ((f"{path}.{name}", getattr(value, name)) for name in value.__struct_fields__)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return ((f"{path}.{field.name}", getattr(value, field.name)) for field in dataclasses.fields(value))
    if hasattr(type(value), "__attrs_attrs__"):
        return ((f"{path}.{field.name}", getattr(value, field.name)) for field in type(value).__attrs_attrs__)
    return None


def _entries(value: Mapping[Any, Any], path: str) -> Iterator[tuple[str, Any]]:
    for key, item in value.items():
        if not isinstance(key, (str, int, float)):
            yield f"{path}.{key!r}", _BadKey(key)
        yield f"{path}.{key}", item


def _search_leaf(value: Any, path: str, plain: Callable[[Any], Any], inside: tuple[int, ...]) -> tuple[str, str] | None:
    if isinstance(value, float):
        return None if math.isfinite(value) else (path, f"{value!r} is not a JSON number")
    if isinstance(value, _BadKey):
        return path, str(value)
    try:
        msgspec.json.encode(value)
    except UnicodeEncodeError:
        return path, "text with half a surrogate pair"
    except ValueError as error:  # a number with more digits than Python writes down
        return path, str(error)
    except TypeError:
        return _search_foreign(value, path, plain, inside)
    return None


def _search_foreign(
    value: Any, path: str, plain: Callable[[Any], Any], inside: tuple[int, ...]
) -> tuple[str, str] | None:
    try:
        parts = plain(value)
    except TypeError as error:
        return path, str(error)
    return _search(parts, path, plain, (*inside, id(value)))


class _BadKey:
    def __init__(self, key: object) -> None:
        self._key = key

    def __str__(self) -> str:
        return f"{self._key!r} cannot be the key of a JSON object"
