"""Types of Python that have a stored form, by their full name."""

from typing import Any

STRING: dict[str, Any] = {"type": "string"}
BYTES: dict[str, Any] = {"type": "string", "contentEncoding": "base64"}

LEAVES: dict[str, dict[str, Any]] = {
    "str": STRING,
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "bool": {"type": "boolean"},
    "bytes": BYTES,
    "bytearray": BYTES,
    "memoryview": BYTES,
    "types.NoneType": {"type": "null"},
    "typing.Any": {},
    "object": {},
    "typing.LiteralString": STRING,
    "typing.Text": STRING,
    "datetime.datetime": {"type": "string", "format": "date-time"},
    "datetime.date": {"type": "string", "format": "date"},
    "datetime.time": {"type": "string", "format": "time"},
    "datetime.timedelta": {"type": "string", "format": "duration"},
    "uuid.UUID": {"type": "string", "format": "uuid"},
    "decimal.Decimal": {"type": "string", "format": "decimal"},
    "pathlib.Path": {"type": "string", "format": "path"},
    "pathlib.PurePath": {"type": "string", "format": "path"},
    "msgspec.Raw": {},
}

_ABC = "collections.abc."
_LISTS = ("Sequence", "MutableSequence", "Collection", "Iterable")
_SETS = ("Set", "MutableSet")
_MAPPINGS = ("Mapping", "MutableMapping")

ARRAYS = frozenset(
    {"list", "collections.deque", "typing.List", "typing.Deque"}
    | {f"{home}{name}" for home in (_ABC, "typing.") for name in _LISTS}
)
SETS = frozenset(
    {"set", "frozenset", "typing.Set", "typing.FrozenSet", "typing.AbstractSet", "typing.MutableSet"}
    | {f"{_ABC}{name}" for name in _SETS}
)
TUPLES = frozenset({"tuple", "typing.Tuple"})
OBJECTS = frozenset(
    {"dict", "typing.Dict", "collections.OrderedDict", "collections.defaultdict", "typing.DefaultDict"}
    | {f"{home}{name}" for home in (_ABC, "typing.") for name in _MAPPINGS}
)


def typing_name(name: str) -> str | None:
    """`Optional` for `typing.Optional` and `typing_extensions.Optional`; `None` for what is not of these modules."""
    home, _, last = name.rpartition(".")
    return last if home in ("typing", "typing_extensions") else None
