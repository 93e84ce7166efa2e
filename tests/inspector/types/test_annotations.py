"""What an annotation says, read from the source alone."""

import ast
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.inspector.types import sample

from pikku.inspector.names.scope import scope_of_texts
from pikku.inspector.names.symbols import Definition
from pikku.inspector.types import type_of
from pikku.model.manifest import TypeRef

MODEL = Path(sample.__file__).read_text("utf-8")
SAME_AS_AT_RUNTIME = [
    "str", "int", "float", "bool", "None", "bytes", "Any", "list", "dict", "tuple", "set",
    "list[int]", "set[str]", "frozenset[int]", "Sequence[Address]", "Mapping[str, float]", "dict[str, Any]",
    "tuple[int, ...]", "tuple[int, str]", "tuple[()]",
    "Optional[int]", "Union[int, str, None]", "int | None", "Literal['a', 'b']", "'list[Color]'",
    "Annotated[int, msgspec.Meta(ge=1, lt=9)]", "Annotated[str, msgspec.Meta(min_length=2)]",
    "Annotated[list[int], msgspec.Meta(max_length=3)]",
    "dt.datetime", "dt.date", "dt.timedelta", "uuid.UUID", "Decimal", "UserId", "Tags",
    "Color", "Shade", "Level", "Address", "Home", "Tree", "Options", "MoreOptions", "Point", "Order", "Cat", "Dog", "Row", "Note",
    "list[Order | None]", "dict[str, Point]",
]  # fmt: skip


def read(annotation: str, text: str = MODEL) -> TypeRef:
    scope = scope_of_texts({"shop.model": text, "shop": ""}, "shop.model")
    return type_of(ast.parse(annotation, mode="eval").body, scope)


def of_msgspec(annotation: str) -> Any:
    return msgspec.json.schema(eval(annotation.strip("'"), vars(sample)))  # noqa: S307  our own texts


def comparable(schema: Any) -> Any:
    """Without what does not matter: where definitions are, the order of sets, defaults, the zones of times."""
    if isinstance(schema, list):
        return [comparable(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: comparable(value) for key, value in schema.items() if key != "default" and value != "date-time"}
    match inner:
        case {"$ref": reference}:
            inner["$ref"] = reference.rpartition("/")[2].rpartition(".")[2]
        case {"enum": list() as values} | {"anyOf": list() as values}:
            values.sort(key=repr)
    if "$defs" in inner:
        inner["$defs"] = {name.rpartition(".")[2]: each for name, each in inner["$defs"].items()}
    return inner


@pytest.mark.parametrize("mark", ["pikku.Secret", "pikku.Secret()", "Hidden"])
def test_a_secret_is_marked_in_the_schema(mark: str) -> None:
    text = f"import pikku\nfrom pikku import Secret as Hidden\n{MODEL}"
    assert read(f"list[Annotated[str, {mark}]]", text).schema == {
        "type": "array",
        "items": {"type": "string", "writeOnly": True},
    }


@pytest.mark.parametrize("annotation", SAME_AS_AT_RUNTIME)
def test_the_schema_is_the_one_that_msgspec_gives_when_it_imports_the_module(annotation: str) -> None:
    assert comparable(read(annotation).schema) == comparable(of_msgspec(annotation))


@pytest.mark.parametrize(
    ("annotation", "qualified", "modules"),
    [
        ("list[Address]", "list[shop.model.Address]", ("shop.model",)),
        ("Optional[Address]", "shop.model.Address | None", ("shop.model",)),
        ("Union[int, 'Address']", "int | shop.model.Address", ("shop.model",)),
        ("dt.datetime", "datetime.datetime", ("datetime",)),
        ("Mapping[str, uuid.UUID]", "collections.abc.Mapping[str, uuid.UUID]", ("collections.abc", "uuid")),
        ("UserId", "shop.model.UserId", ("shop.model",)),
        ("Tags", "list[str]", ()),
        ("Annotated[int, msgspec.Meta(ge=1)]", "int", ()),
        ("Literal['a', Color.RED]", "typing.Literal['a', shop.model.Color.RED]", ("shop.model", "typing")),
        ("tuple[int, ...]", "tuple[int, ...]", ()),
        ("list[T]", "list[typing.Any]", ("typing",)),
        ("tuple[()]", "tuple[()]", ()),
        ("list[()]", "typing.Any", ("typing",)),
        ("Optional[()]", "typing.Any", ("typing",)),
        ("Nobody", "typing.Any", ("typing",)),
        ("'not an expression of'", "typing.Any", ("typing",)),
    ],
)
def test_names_are_written_out_for_other_files(annotation: str, qualified: str, modules: tuple[str, ...]) -> None:
    read_type = read(annotation)
    assert (read_type.qualified, read_type.modules) == (qualified, modules)


def test_types_are_found_behind_imports_aliases_and_for_type_checkers_only() -> None:
    texts = {
        "shop": "from shop.model import Address as Place",
        "shop.model": MODEL,
        "shop.flows": "from typing import TYPE_CHECKING\nimport shop\nif TYPE_CHECKING:\n    from shop.model import UserId as Id",
    }
    scope = scope_of_texts(texts, "shop.flows")
    found = type_of(ast.parse("dict[str, tuple[shop.Place, 'Id']]", mode="eval").body, scope)
    assert found.qualified == "dict[str, tuple[shop.model.Address, shop.model.UserId]]"
    assert found.schema is not None
    assert found.schema["additionalProperties"]["prefixItems"] == [
        {"$ref": "#/$defs/shop.model.Address"},
        {"type": "string"},
    ]


@pytest.mark.parametrize(
    "annotation",
    [
        "Nobody",
        "foreign.Thing",
        "list.append",
        "Callable[[int], str]",
        "complex",
        "1 + 1",
        "Nobody | None",
        "Odd",
        "Sly",
        "Made",
    ],
)
def test_what_the_source_does_not_tell_has_no_schema_but_its_name(annotation: str) -> None:
    text = """
import enum, foreign
from typing import Callable
from msgspec import Struct
from dataclasses import dataclass

class Odd(foreign.Base):
    x: int

class Sly(Struct, rename=foreign.rule):
    x: int

class Made(enum.Enum):
    A = foreign.value()
"""
    found = read(annotation, text)
    assert found.schema is None
    assert found.text == ast.unparse(ast.parse(annotation, mode="eval"))


def test_a_part_that_is_not_told_can_be_anything() -> None:
    found = read(
        "Parcel",
        "import foreign\nfrom dataclasses import dataclass\n@dataclass\nclass Parcel:\n    a: foreign.A\n    b: int",
    )
    assert found.schema is not None
    assert found.schema["$defs"]["shop.model.Parcel"]["properties"] == {"a": {}, "b": {"type": "integer"}}


def test_pydantic_models_are_read_unless_they_have_ways_of_their_own() -> None:
    text = """
from typing import Annotated
from pydantic import BaseModel, Field, field_validator

class User(BaseModel):
    name: str
    age: int = Field(ge=0)
    email: str = Field(default="", alias="mail")
    _cache: int = 0

class Checked(BaseModel):
    name: str
    @field_validator("name", mode="before")
    def any_name(cls, value): return str(value)
"""
    found = read("User", text).schema
    assert found is not None
    user = found["$defs"]["shop.model.User"]
    assert user["required"] == ["name", "age"]
    assert user["properties"] == {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0}}
    assert read("Checked", text).schema is None


def test_a_class_in_a_function_can_be_read_but_not_named() -> None:
    text = "from dataclasses import dataclass\ndef f():\n    @dataclass\n    class A:\n        x: int\n    def g(a: A): ..."
    module = scope_of_texts({"m": text}, "m")
    outer = module.resolve(ast.Name("f"))
    assert isinstance(outer, Definition)
    found = type_of(ast.Name("A"), module.inside(outer))
    assert (found.qualified, found.schema is not None) == ("typing.Any", True)


@pytest.mark.parametrize(
    "annotation", ["list[" * 80 + "int" + "]" * 80, " | ".join(["int"] * 300), "'" + "list[" * 60 + "]" * 60 + "'"]
)
def test_nothing_is_too_deep(annotation: str) -> None:
    assert read(annotation).qualified
