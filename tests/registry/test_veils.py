"""Which parts of a value are secret, by its annotation."""

from dataclasses import dataclass
from typing import Annotated, Any, Generic, NamedTuple, NewType, NotRequired, Optional, TypedDict, TypeVar

import attrs
import msgspec
import pydantic
import pytest

from pikku import Secret
from pikku.registry.codecs import codec_for, encode
from pikku.registry.veils import veil_of

T = TypeVar("T")
Hidden = Annotated[str, Secret]
Token = NewType("Token", Hidden)


@dataclass
class Card:
    number: Hidden
    owner: str
    next: Optional["Card"] = None


class Login(TypedDict):
    pin: NotRequired[Annotated[int, Secret]]
    cards: list[Card]


class Account(msgspec.Struct, rename="camel"):
    pass_word: Hidden
    by_key: dict[Hidden, int] = {}


class Row(msgspec.Struct, array_like=True, tag=True):
    number: int
    token: Annotated[str, Secret()]


class Pair(NamedTuple):
    name: str
    token: Token


@attrs.define
class Session:
    token: Hidden | None


class Person(pydantic.BaseModel):
    name: Hidden = pydantic.Field(alias="Name")
    others: list[Hidden] | None = None


@dataclass
class Box(Generic[T]):
    content: T


@pytest.mark.parametrize(
    ("annotation", "value", "shown"),
    [
        (Hidden, "abc", "***"),
        (Annotated[dict[str, int], Secret], {"a": 1}, "***"),
        (Hidden | None, None, None),
        (Card, Card("4111", "Ada", Card("42", "Bo")), {"number": "***", "owner": "Ada", "next": {"number": "***"}}),
        (Login, {"pin": 1234, "cards": [Card("4", "o")]}, {"pin": "***", "cards": [{"number": "***"}]}),
        (Account, Account("p", {"a": 1, "b": 2}), {"passWord": "***", "byKey": {"***": 1, "*** 1": 2}}),
        (Row, Row(1, "t"), ["Row", 1, "***"]),
        (Pair, Pair("n", Token("t")), ["n", "***"]),
        (Session, Session("t"), {"token": "***"}),
        (Person, {"Name": "a", "name": "b", "others": ["c"]}, {"Name": "***", "name": "***", "others": ["***"]}),
        (Box[Token], Box("t"), {"content": "***"}),
        (list[Box[Card] | None], [Box(Card("4", "o")), None], [{"content": {"number": "***"}}, None]),
        (Card | Account, {"number": "4", "passWord": "p"}, {"number": "***", "passWord": "***"}),
        (tuple[int, Hidden], (1, "t"), [1, "***"]),
        (tuple[Hidden, ...], ("t", "u"), ["***", "***"]),
        (dict[str, Card], {"a": Card("4", "o")}, {"a": {"number": "***"}}),
    ],
)
def test_what_is_marked_is_hidden_and_nothing_else(annotation: Any, value: Any, shown: Any) -> None:
    veil = veil_of(annotation)
    assert veil is not None
    plain = msgspec.json.decode(encode(value, "value"))
    assert _of_interest(veil.over(plain), shown) == shown


def _of_interest(found: Any, wanted: Any) -> Any:
    """What is found, where something is wanted."""
    if isinstance(wanted, dict):
        return {name: _of_interest(found[name], part) for name, part in wanted.items()}
    if isinstance(wanted, list):
        return [_of_interest(*pair) for pair in zip(found, wanted, strict=True)]
    return found


@pytest.mark.parametrize("annotation", [Any, None, int, dict[str, list[int]], Box[str], Pair | Session])
def test_where_nothing_is_marked_there_is_no_veil(annotation: Any) -> None:
    marked = annotation == Pair | Session
    assert (codec_for(annotation, "test").veil is not None) == marked
