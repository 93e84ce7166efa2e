"""JSON Schema as Python types: the dicts that may be given instead of the objects of a class."""

import keyword
import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from msgspec import Struct

from pikku.codegen.choices import ANY, choices, union
from pikku.codegen.names import quoted
from pikku.model.manifest import TypeRef

_DEFINITIONS = "#/$defs/"
_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*")
_LEAVES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
_FORMATS = {
    "date-time": "datetime.datetime",
    "date": "datetime.date",
    "time": "datetime.time",
    "duration": "datetime.timedelta",
    "uuid": "uuid.UUID",
    "decimal": "decimal.Decimal",
    "path": "pathlib.PurePath",
}


class Shape(Struct, frozen=True):
    """A `TypedDict`: the fields of a class as a dict, with the types that may be given for them."""

    name: str
    of: str
    fields: tuple[tuple[str, str], ...]

    @property
    def is_plain(self) -> bool:
        """Whether its fields can be written as those of a class, and do not hide the names of their own types."""
        used = {name for _, text in self.fields for name in _NAME.findall(text)}
        return all(name.isidentifier() and not keyword.iskeyword(name) and name not in used for name, _ in self.fields)


class Shapes:
    """The types that functions and workflows accept. Reading them collects `modules`, to be imported for their names."""

    def __init__(self, types: Iterable[TypeRef | None]) -> None:
        self.modules: set[str] = set()
        self._definitions: dict[str, dict[str, Any]] = {}
        self._homes: set[str] = set()
        for each in types:
            if each is not None:
                self._definitions |= (each.schema or {}).get("$defs", {})
                self._homes.update(each.modules)
        objects = [name for name, each in self._definitions.items() if "properties" in each]
        self._names = _dict_names(objects)

    def all(self) -> list[Shape]:
        """The dicts, sorted by name."""
        return sorted((self._shape(of, name) for of, name in self._names.items()), key=lambda shape: shape.name)

    def accepted(self, type_ref: TypeRef | None) -> str:
        """What may be given where this type is wanted: its objects, or what they are stored as."""
        if type_ref is None:
            return self._library(ANY)
        own = self.given(type_ref)
        if type_ref.schema is None or own == ANY or not _has_other_forms(type_ref.schema):
            return own
        return union([*choices(own), *self._forms(type_ref.schema)])

    def given(self, type_ref: TypeRef | None) -> str:
        """The type itself, as of a result."""
        if type_ref is None:
            return self._library(ANY)
        self.modules.update(type_ref.modules)
        return type_ref.qualified

    def _shape(self, of: str, name: str) -> Shape:
        definition = self._definitions[of]
        required = set(definition.get("required", ()))
        fields = []
        for field, schema in definition["properties"].items():
            text = union(self._forms(schema))
            fields.append((field, text if field in required else f"typing.NotRequired[{text}]"))
        return Shape(name, of, tuple(fields))

    def _forms(self, schema: Mapping[str, Any]) -> list[str]:
        if "$ref" in schema:
            return self._referred(schema["$ref"].removeprefix(_DEFINITIONS))
        if "anyOf" in schema:
            return [form for each in schema["anyOf"] for form in self._forms(each)]
        if "enum" in schema:
            return [self._literal(schema["enum"])]
        match schema.get("type"):
            case "array":
                return self._array(schema)
            case "object":
                values = schema.get("additionalProperties")
                inner = union(self._forms(values)) if isinstance(values, dict) else self._library(ANY)
                return [f"{self._library('collections.abc.Mapping')}[str, {inner}]"]
            case str(kind) if kind in _LEAVES:
                return [_LEAVES[kind], *self._objects_of(schema)]
        return [self._library(ANY)]

    def _referred(self, name: str) -> list[str]:
        definition = self._definitions.get(name, {})
        own = [name] if self._can_be_named(name) else []
        if name in self._names:
            return [*own, self._names[name]]
        if "enum" in definition:
            return [*own, self._literal(definition["enum"])]
        return own or [self._library(ANY)]

    def _array(self, schema: Mapping[str, Any]) -> list[str]:
        if "prefixItems" in schema:
            items = [union(self._forms(each)) for each in schema["prefixItems"]]
            return [f"tuple[{', '.join(items)}]", f"list[{union(items)}]"]
        inner = union(self._forms(schema["items"])) if isinstance(schema.get("items"), dict) else self._library(ANY)
        if inner == "str":
            return ["list[str]", "tuple[str, ...]", f"{self._library('collections.abc.Set')}[str]"]  # but no lone str
        many = [f"{self._library('collections.abc.Sequence')}[{inner}]"]
        return [*many, f"{self._library('collections.abc.Set')}[{inner}]"] if schema.get("uniqueItems") else many

    def _objects_of(self, schema: Mapping[str, Any]) -> list[str]:
        if "contentEncoding" in schema:
            return ["bytes"]
        name = _FORMATS.get(schema.get("format", ""))
        return [self._library(name)] if name else []

    def _literal(self, values: Collection[Any]) -> str:
        texts = [quoted(value) if isinstance(value, str) else repr(value) for value in values]
        return f"{self._library('typing.Literal')}[{', '.join(texts)}]"

    def _can_be_named(self, name: str) -> bool:
        homes = [home for home in self._homes if name.startswith(f"{home}.")]
        if "<" in name or not homes:
            return False
        self.modules.add(max(homes, key=len))
        return True

    def _library(self, name: str) -> str:
        self.modules.add(name.rpartition(".")[0])
        return name


def _has_other_forms(schema: Any) -> bool:
    """Whether values of the type are stored as something else than they are."""
    if isinstance(schema, list):
        return any(_has_other_forms(each) for each in schema)
    if not isinstance(schema, dict):
        return False
    if schema.keys() & {"$ref", "format", "contentEncoding"}:
        return True
    return any(_has_other_forms(each) for each in schema.values())


def _dict_names(classes: Iterable[str]) -> dict[str, str]:
    """`NewUserData` for `shop.model.NewUser`; with more of the module where two classes have one name."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for full in sorted(classes):
        parts = [part.replace("<locals>", "") for part in full.split(".")]
        for count in range(1, len(parts) + 1):
            name = "".join(part[:1].upper() + part[1:] for part in parts[-count:]) + "Data"
            if name not in taken:
                break
        taken.add(name)
        names[full] = name
    return names
