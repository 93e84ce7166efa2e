"""Types of all kinds, as an application may have them: read by the inspector, and imported to compare."""

# ruff: noqa: F401, UP045  what is imported is for the annotations of the tests
from __future__ import annotations

import datetime as dt
import enum
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import (
    Annotated,
    Any,
    ClassVar,
    Generic,
    Literal,
    NamedTuple,
    NewType,
    NotRequired,
    Optional,
    Required,
    TypedDict,
    TypeVar,
    Union,
)

import attrs
import msgspec

T = TypeVar("T")
UserId = NewType("UserId", str)
Tags = list[str]


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Shade(enum.StrEnum):
    LIGHT = enum.auto()
    DARK = enum.auto()


class Level(enum.IntEnum):
    LOW = 1
    HIGH = enum.auto()


@dataclass
class Address:
    street: str
    number: int = 1
    tags: Tags = field(default_factory=list)
    rate: float = field(default=0.5, kw_only=True)
    limit: ClassVar[int] = 3


@dataclass
class Home(Address):
    street: str = "Main"
    note: Optional[str] = None
    owner: UserId | None = None


@dataclass
class Tree:
    name: str
    children: list[Tree]
    parent: Tree | None = None


class Options(TypedDict, total=False):
    color: Required[Color]
    size: int


class MoreOptions(Options):
    shade: Shade
    note: NotRequired[str]


class Point(NamedTuple):
    x: int
    y: float = 0.0


class Order(msgspec.Struct, rename="camel", forbid_unknown_fields=True):
    order_id: uuid.UUID
    placed_at: dt.datetime
    net_total: Decimal = msgspec.field(name="net")
    level: Level = Level.LOW


class Cat(msgspec.Struct, tag=True):
    lives: int


class Dog(msgspec.Struct, tag="dog", tag_field="kind"):
    name: str


class Row(msgspec.Struct, array_like=True):
    a: int
    b: str = ""


@attrs.define
class Note:
    text: str
    times: int = attrs.field(default=2)
    more: dict[str, int] = attrs.field(factory=dict)
