"""Whether the data of a step can be what its function takes: no false alarm, and a message that says it."""

import ast
from contextlib import suppress
from pathlib import Path

import pytest
from tests.inspector.types import sample

from pikku.inspector.names.scope import scope_of_texts
from pikku.inspector.names.symbols import Definition, Scope
from pikku.inspector.types import misfit, type_of
from pikku.model.errors import InvalidDataError
from pikku.registry.codecs import codec_for, encode

MODEL = Path(sample.__file__).read_text("utf-8")
TYPES = [
    "str", "int", "float", "bool", "None", "Any", "list[int]", "dict[str, int]", "tuple[int, str]", "int | None",
    "Literal['a', 1]", "Color", "Level", "uuid.UUID", "dt.datetime", "Decimal", "Address", "Tree", "Options",
    "Point", "Order", "Cat", "Row", "Note", "list[Address]", "Address | None", "Annotated[int, msgspec.Meta(ge=1, lt=9)]",
]  # fmt: skip
VALUES = [
    "'a'", "'red'", "1", "0", "-5", "1.5", "2.0", "True", "None", "[]", "[1]", "['x']", "[1, 'x']", "{}", "{'a': 1}",
    "{'a': 'x'}", "{'x': 1}", "{'street': 'Main'}", "{'street': 'Main', 'number': 'x'}", "{'street': 1}",
    "{'street': 'Main', 'unknown': 1}", "[{'street': 'Main'}]", "[{'number': 1}]", "{'name': 'a', 'children': []}",
    "{'name': 'a', 'children': [{'name': 'b'}]}", "{'name': 'a', 'children': None}", "{'color': 'red'}",
    "{'color': 'green', 'size': 2}", "{'orderId': 'x', 'placedAt': 'never', 'net': 1}", "{'lives': 9}",
    "{'type': 'Cat', 'lives': 9}", "{'type': 'Dog', 'lives': 9}", "{'text': 'x', 'more': {'a': 'x'}}", "Color.RED",
]  # fmt: skip
INSTANCES = ["Address('Main')", "Note('x')", "Point(1)", "Tree('x', [])", "Row(1)", "Cat(9)", "[Address('Main')]"]


def module() -> Scope:
    return scope_of_texts({"shop": MODEL}, "shop")


def said(data: str, wanted: str, scope: Scope | None = None) -> str | None:
    scope = scope or module()
    schema = type_of(ast.parse(wanted, mode="eval").body, module()).schema
    return misfit(ast.parse(data, mode="eval").body, schema, scope)


@pytest.mark.parametrize("wanted", TYPES)
def test_of_values_that_are_written_out_exactly_those_are_refused_that_fail_at_runtime(wanted: str) -> None:
    names = vars(sample)
    codec = codec_for(eval(wanted, names), "here")  # noqa: S307  our own texts
    for data in VALUES:
        text = encode(eval(data, names), "it")  # noqa: S307
        try:
            codec.decode(text, "it")
        except InvalidDataError:
            assert said(data, wanted), f"{data} does not fit {wanted}"
        else:
            assert said(data, wanted) is None, f"{data} fits {wanted}"


@pytest.mark.parametrize("wanted", TYPES)
def test_an_instance_that_fits_at_runtime_is_never_refused(wanted: str) -> None:
    names = vars(sample)
    codec = codec_for(eval(wanted, names), "here")  # noqa: S307
    for data in INSTANCES:
        with suppress(InvalidDataError):
            codec.decode(encode(eval(data, names), "it"), "it")  # noqa: S307
            assert said(data, wanted) is None, f"{data} fits {wanted}"


@pytest.mark.parametrize(
    ("data", "wanted", "message"),
    [
        ("{'number': 2}", "Address", "`street` is missing"),
        ("{'orderId': '', 'placedAt': '2026-01-01T00:00:00Z', 'net': 1}", "Order", "`orderId` is '', not a UUID"),
        ("{}", "Tree", "`name` and `children` are missing"),
        ("{'street': 5}", "Address", "`street` is 5, not a text"),
        ("{'name': 'a', 'children': [{'name': 'b'}]}", "Tree", "`children[0].children` is missing"),
        ("{'color': 'green'}", "Options", "`color` is 'green', not one of 'red', 'blue'"),
        ("{'a': 1, 'b': None}", "dict[str, int]", "`b` is null, not a whole number"),
        ("'Main'", "Address", "it is 'Main', not an Address"),
        ("Note('x')", "Address", "`street` is missing"),
        ("[1, 2, 3]", "tuple[int, int]", "it has 3 items, not 2"),
        ("0", "Annotated[int, msgspec.Meta(ge=1)]", "it is 0, not a whole number of at least 1"),
        ("f'{1}'", "int", "it is a text, not a whole number"),
        ("None", "int | str", "it is null, not a whole number or a text"),
    ],
)
def test_the_message_says_where_and_what(data: str, wanted: str, message: str) -> None:
    assert said(data, wanted) == message


BODY = """
async def find(ctx, key: str) -> Address: ...
async def count(ctx) -> int: ...
def make() -> Tree: ...

async def body(ctx, data: Address, either: Address | Note, anything, more: dict[str, int]):
    found = await ctx.workflow.do("find", find, "key")
    number = await ctx.workflow.do("count", count)
    tree = make()
    label = "main"
    maybe = data if anything else None
    parcel = {"number": 1}
    parcel["street"] = "Main"
    changing = 1
    changing = "Main"
"""


@pytest.mark.parametrize("data", [
"data", "found", "either", "anything", "parcel", "changing", "maybe", "unknown", "more", "{**more}", "{anything: 1}",
    "{'street': label}", "{'street': data.street}", "{'street': anything}", "{'street': anything.x, 'number': number}",
    "{'street': tree.name}", "{'street': data.street.upper()}", "{**more, 'street': 'Main'}", "await find(ctx, 'x')",
    "{'street': 'Main', 'tags': [label, *anything]}",
])  # fmt: skip
def test_nothing_is_said_of_what_may_fit(data: str) -> None:
    assert said(data, "Address", in_body()) is None


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("number", "it is a whole number, not an Address"),
        ("tree", "`street` is missing"),
        ("label", "it is 'main', not an Address"),
        ("{'street': number}", "`street` is a whole number, not a text"),
        ("{'street': found.number}", "`street` is a whole number, not a text"),
        ("{'street': label, 'tags': label}", "`tags` is 'main', not a list"),
        ("[data]", "it is a list, not an Address"),
    ],
)
def test_names_have_the_types_of_their_annotations_and_of_the_steps_that_gave_them(data: str, message: str) -> None:
    assert said(data, "Address", in_body()) == message


def test_an_object_may_be_of_a_derived_class_unless_it_is_made_here() -> None:
    text = """
from dataclasses import dataclass
@dataclass
class Animal:
    name: str
@dataclass
class Dog(Animal):
    tail: bool
@dataclass
class Stone:
    weight: int
async def helper(ctx, animal: Animal, either: Animal | None, stone: Stone):
    found = Animal("Rex")
"""
    scope = scope_of_texts({"shop": text}, "shop")
    helper = scope.resolve(ast.Name("helper"))
    assert isinstance(helper, Definition)
    wanted = type_of(ast.Name("Dog"), scope).schema

    def of(data: str) -> str | None:
        return misfit(ast.parse(data, mode="eval").body, wanted, scope.inside(helper))

    assert of("animal") is of("either") is None
    assert of("found") == of("Animal('Rex')") == "`tail` is missing"
    assert of("stone") == "`name` and `tail` are missing"


def test_pydantic_converts_but_not_everything() -> None:
    text = "from pydantic import BaseModel\nclass User(BaseModel):\n    name: str\n    age: int\n"
    scope = scope_of_texts({"shop": text}, "shop")
    schema = type_of(ast.Name("User"), scope).schema

    def of(data: str) -> str | None:
        return misfit(ast.parse(data, mode="eval").body, schema, scope)

    assert of("{'name': 'a', 'age': '5'}") is None
    assert of("{'name': 'a', 'age': True}") is None
    assert of("{'name': 'a', 'age': 'old'}") == "`age` is 'old', not a whole number"
    assert of("{'name': 5, 'age': 5}") == "`name` is 5, not a text"
    assert of("{'age': None}") == "`name` is missing"


def in_body() -> Scope:
    scope = scope_of_texts({"shop": MODEL + BODY}, "shop")
    body = scope.resolve(ast.Name("body"))
    assert isinstance(body, Definition)
    return scope.inside(body)
